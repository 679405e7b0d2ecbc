from . import (
    test_crm_customer,
    test_merge,
    test_performance,
    test_program,
    test_public_page,
    test_report,
    test_request,
    test_response,
    test_scores,
    test_security,
    test_survey,
    test_uninstall,
)
