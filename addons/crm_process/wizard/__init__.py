from . import (
    base_module_uninstall,
    crm_cycle_close,
    crm_funnel,
    crm_lead_lost,
    crm_lead_outputs,
    crm_lead_outputs_line,
    crm_lead_override,
    crm_lead_won,
    crm_process_template,
    crm_start,
)
