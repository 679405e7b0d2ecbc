from . import (
    crm_job,
    crm_lead,
    crm_lead_cycle,
    crm_process,
    crm_process_stage,
    crm_stage,
    crm_team,
    res_partner,
)
