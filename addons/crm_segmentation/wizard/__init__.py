from . import base_module_uninstall, base_partner_merge, crm_measure_catalogue, crm_segment_compare, crm_start
