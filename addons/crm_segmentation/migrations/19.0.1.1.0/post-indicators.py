"""Purchase days now also keep the rhythm the lifecycle is judged by; orders without quotations are an own indicator."""


def migrate(cr, version):
    # Not through the ORM: whoever changed these records keeps name, filter and window, and the review of them.
    cr.execute(
        """
        UPDATE crm_measure SET has_rhythm = TRUE
          FROM ir_model_data data
         WHERE data.module = 'crm_segmentation' AND data.name = 'measure_purchase_days' AND data.model = 'crm.measure'
           AND crm_measure.id = data.res_id AND has_rhythm IS NOT TRUE
        """
    )
    # Cost to Serve counts quotations and orders; the catalogue's orders are the confirmed ones.
    cr.execute(
        """
        UPDATE crm_measure SET code = 'quotations_and_orders'
          FROM ir_model_data data
         WHERE data.module = 'crm_cost' AND data.name = 'measure_orders' AND data.model = 'crm.measure'
           AND crm_measure.id = data.res_id AND code = 'orders'
        """
    )
