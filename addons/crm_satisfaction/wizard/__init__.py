from . import (
    base_module_uninstall,
    base_partner_merge,
    base_partner_merge_case,
    crm_counter,
    crm_counter_remedy,
    crm_satisfaction_erase,
    crm_satisfaction_invite,
    crm_start,
    survey_invite,
)
