from . import crm_satisfaction_case_report, crm_satisfaction_report
