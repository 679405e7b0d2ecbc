from . import base_module_uninstall, base_partner_merge, crm_satisfaction_invite, crm_start, survey_invite
