from . import crm_start
