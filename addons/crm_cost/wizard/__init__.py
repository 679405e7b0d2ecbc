from . import crm_cost_setup
from . import crm_cost_whale
from . import crm_start
