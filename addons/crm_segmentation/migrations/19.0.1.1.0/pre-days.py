"""Recency cut points were kept as days with a minus sign; people read and type plain days."""


def migrate(cr, version):
    cr.execute(
        "UPDATE crm_rfm_scale SET r_cut_1 = -r_cut_1, r_cut_2 = -r_cut_2, r_cut_3 = -r_cut_3, r_cut_4 = -r_cut_4"
        " WHERE LEAST(r_cut_1, r_cut_2, r_cut_3, r_cut_4) < 0"
    )
