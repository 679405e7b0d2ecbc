"""The indicator of purchase days now also keeps the rhythm between them, which the lifecycle is judged by."""


def migrate(cr, version):
    # Not through the ORM: whoever changed this record keeps name, filter and window, and the review of it.
    cr.execute(
        """
        UPDATE crm_measure SET has_rhythm = TRUE
          FROM ir_model_data data
         WHERE data.module = 'crm_segmentation' AND data.name = 'measure_purchase_days' AND data.model = 'crm.measure'
           AND crm_measure.id = data.res_id AND has_rhythm IS NOT TRUE
        """
    )
