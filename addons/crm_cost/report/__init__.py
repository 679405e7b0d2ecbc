from . import crm_cost_customer_report
