from . import base_module_uninstall, base_partner_merge, crm_measure_catalogue, crm_segment_compare, crm_start

# isort: split
from . import crm_discount_approve, crm_partner_merge_policy, crm_segment_dry_run

# isort: split
from . import base_module_uninstall_alert, base_partner_merge_alert, crm_alert_try, crm_partner_relation_add
