from . import (
    test_crm_customer,
    test_crm_job,
    test_crm_measure,
    test_crm_segment,
    test_crm_start,
    test_history,
    test_partner_merge,
    test_performance,
    test_screens,
    test_security,
    test_tools,
)
