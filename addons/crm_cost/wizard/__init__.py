from . import (
    base_module_uninstall,
    base_partner_merge,
    crm_cost_setup,
    crm_cost_setup_line,
    crm_cost_setup_pool,
    crm_cost_setup_proposal,
    crm_cost_whale,
    crm_cost_whale_tile,
    crm_start,
)
