from . import (
    base_module_uninstall,
    base_partner_merge,
    crm_satisfaction_board,
    crm_satisfaction_board_line,
    crm_satisfaction_board_rows,
    crm_satisfaction_correct,
    crm_satisfaction_import,
    crm_satisfaction_import_line,
    crm_satisfaction_invite,
    crm_start,
    survey_invite,
)
