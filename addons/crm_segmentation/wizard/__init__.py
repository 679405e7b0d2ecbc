from . import (
    base_module_uninstall,
    base_module_uninstall_alert,
    base_partner_merge,
    base_partner_merge_alert,
    crm_alert_try,
    crm_measure_catalogue,
    crm_partner_relation_add,
    crm_start,
)
