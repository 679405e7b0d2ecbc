from . import crm_segment_migration, crm_segment_size
