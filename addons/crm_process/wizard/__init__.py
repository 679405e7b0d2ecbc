from . import base_module_uninstall, crm_cycle_close, crm_funnel, crm_process_template, crm_start
