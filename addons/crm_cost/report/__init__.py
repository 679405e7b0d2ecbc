from . import crm_cost_customer_report, crm_cost_unit_report
