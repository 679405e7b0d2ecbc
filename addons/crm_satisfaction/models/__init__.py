from . import (
    crm_customer,
    crm_job,
    crm_satisfaction_program,
    crm_satisfaction_request,
    crm_satisfaction_request_answer,
    crm_satisfaction_request_trigger,
    crm_satisfaction_response,
    mail_mail,
    res_partner,
    survey_question,
    survey_user_input,
)
