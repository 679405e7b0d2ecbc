from . import (
    test_crm_cycle,
    test_crm_followup,
    test_crm_process,
    test_crm_process_tour,
    test_crm_stage,
    test_crm_start,
    test_lead_merge,
    test_performance,
    test_security,
    test_uninstall,
)
