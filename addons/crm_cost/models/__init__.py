# Activities and their versions build on it.
from . import crm_cost_equation_mixin

# isort: split

from . import (
    account_journal,
    crm_cost_access_log,
    crm_cost_account_role,
    crm_cost_activity,
    crm_cost_activity_term,
    crm_cost_activity_time,
    crm_cost_activity_trial,
    crm_cost_activity_version,
    crm_cost_line,
    crm_cost_period,
    crm_cost_period_compute,
    crm_cost_period_ledger,
    crm_cost_period_open,
    crm_cost_period_pools,
    crm_cost_period_supply,
    crm_cost_period_write,
    crm_cost_pool,
    crm_cost_pool_capacity,
    crm_cost_pool_month,
    crm_cost_pool_result,
    crm_cost_pool_service,
    crm_cost_pool_staff,
    crm_cost_pool_supply,
    crm_cost_reconciliation,
    crm_demo,
    crm_job,
    crm_measure,
    crm_measure_time,
    res_groups,
    res_users,
)
