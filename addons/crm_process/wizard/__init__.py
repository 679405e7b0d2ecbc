from . import crm_cycle_close, crm_start
