from . import crm_history_report  # isort: skip  the others inherit it
from . import (
    crm_cycle_report,
    crm_funnel_report,
    crm_lead_report,
    crm_obstacle_report,
    crm_stage_report,
    crm_win_report,
    crm_win_report_gates,
)
