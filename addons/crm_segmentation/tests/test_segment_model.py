"""Many random nights, told to the assignment and to a plain model of it in Python."""

from datetime import timedelta
from random import Random

from freezegun import freeze_time

from odoo import fields

from ..models import crm_segment_scheme_pass
from .test_segment_rules import SegmentCommon

CITIES = ("Graz", "Linz", "Wien")


class Model:
    """What should be true: {segment: {customer: member}} after each night, from facts alone."""

    def __init__(self, settle):
        self.settle = settle  # name of the segmentation -> days
        self.inside = {}  # segment -> set of customers
        self.waiting = {}  # (segment, customer) -> day since the answer is another than the membership
        self.filled = set()

    def night(self, today, customers, levels):
        """levels: [[(scheme, kind, [(segment, rule, pins, bans)])]], rule(customer, inside) -> bool"""
        for level in levels:
            answers = {}
            for _scheme, kind, segments in level:
                for who in customers:
                    fits = {s: rule(who, self.inside) and who not in bans for s, rule, _pins, bans in segments}
                    pins = {s: who in pins for s, _rule, pins, _bans in segments}
                    if kind == "exclusive":
                        order = [s for s in fits if pins[s]] + [s for s in fits if fits[s]]
                        answers.update({(s, who): order[:1] == [s] for s in fits})
                    else:
                        answers.update({(s, who): fits[s] or pins[s] for s in fits})
            for scheme, kind, segments in level:
                self._settle(today, customers, scheme, kind, segments, answers)

    def _settle(self, today, customers, scheme, kind, segments, answers):
        names = [s for s, *_rest in segments]
        fresh = {s for s in names if s not in self.filled}
        gone = {who for s in names for who in self.inside.get(s, ())} - set(customers)
        for who in [*customers, *gone]:
            by_hand = any(who in pins or who in bans for _s, _r, pins, bans in segments)
            turned = []
            for s in names:
                inside = who in self.inside.setdefault(s, set())
                if answers.get((s, who), False) == inside:
                    self.waiting.pop((s, who), None)
                else:
                    turned.append(s)
                    self.waiting.setdefault((s, who), today)
            now = [
                s
                for s in turned
                if not self.settle[scheme]
                or ((s in fresh or by_hand) and self.waiting[s, who] == today)
                or self.waiting[s, who] + timedelta(days=self.settle[scheme]) <= today
            ]
            if kind == "exclusive" and turned:
                latest = max(self.waiting[s, who] for s in turned)
                at_once = [s for s in turned if (s in fresh or by_hand) and self.waiting[s, who] == today]
                ripe = latest + timedelta(days=self.settle[scheme]) <= today
                now = turned if ripe or at_once else []
            for s in now:
                (self.inside[s].discard if who in self.inside[s] else self.inside[s].add)(who)
                self.waiting.pop((s, who))
        self.filled |= set(names)


class TestSegmentModel(SegmentCommon):
    """``nights`` random nights for each seed; every night is run again and must then write nothing."""

    nights = 20  # all in one transaction, which holds the locks of each night

    def setUp(self):
        super().setUp()
        self.env["crm.segment.scheme"].search([]).active = False
        self.run_jobs()

    def people_of(self, seed):
        """Six customers of this story, with nothing but a profile."""
        self.env.flush_all()
        self.cr.execute("DELETE FROM crm_customer")
        people = [self.customer(f"Seed {seed}, customer {n}", city="Graz") for n in range(6)]
        self.env.flush_all()
        for number, partner in enumerate(people):
            self.add_profile(partner.id, 100.0 * (number + 1))
        self.env.invalidate_all()
        self.everybody = {partner.id: partner for partner in people}

    def add_profile(self, partner_id, money):
        self.cr.execute(
            "INSERT INTO crm_customer (partner_id, company_id, monetary) VALUES (%s, %s, %s)",
            [partner_id, self.company.id, money],
        )

    def merge(self, gone, kept, model, hands, schemes):
        """Merge two customers, and tell the model: of two stays that exclude each other the target's goes on."""
        self.env["base.partner.merge.automatic.wizard"].create({})._merge([gone, kept], self.everybody[kept])
        self.env.flush_all()
        for kind, names in schemes:
            has_own = any(kept in model.inside.get(name, ()) for name in names)
            for name in names:
                inside = model.inside.get(name, set())
                if gone in inside:
                    inside.discard(gone)
                    if kind == "overlapping" or not has_own:
                        inside.add(kept)
        for key in [key for key in model.waiting if key[1] in (gone, kept)]:
            del model.waiting[key]
        for kinds in hands.values():
            own = any(kept in some for some in kinds.values())
            for some in kinds.values():
                if gone in some:
                    some.discard(gone)
                    if not own:
                        some.add(kept)
        del self.everybody[gone]

    def story(self, seed, shard=None):
        random = Random(seed)
        self.people_of(seed)
        settle = {
            "lists": random.choice((0, 0, 2, 4)),
            "first": random.choice((0, 1, 3)),
            "upper": random.choice((0, 2)),
        }
        lists = self.scheme_of(name="lists", settle_days=settle["lists"])
        first = self.scheme_of("exclusive", name="first", settle_days=settle["first"])
        upper = self.scheme_of(name="upper", settle_days=settle["upper"])
        seg = {
            "graz": self.segment(lists, "graz", "[('partner_id.city', '=', 'Graz')]"),
            "big": self.segment(lists, "big", "[('monetary', '>=', 500)]", use_stay_domain=True,
                                stay_domain="[('monetary', '>=', 300)]"),
            "not": self.segment(lists, "not", "['!', ('partner_id.city', 'in', ['Wien', 'Linz'])]"),
        }  # fmt: skip
        seg["x"] = self.segment(first, "x", "[('partner_id.city', '=', 'Wien'), ('monetary', '>', 200)]", sequence=1)
        seg["y"] = self.segment(first, "y", "[('monetary', '>', 400)]", sequence=2, without_ids=seg["graz"])
        seg["z"] = self.segment(first, "z", "[]", sequence=3, within_ids=seg["graz"] | seg["big"])
        seg["u"] = self.segment(upper, "u", "[]", within_ids=seg["x"] | seg["z"], without_ids=seg["big"])
        city = dict.fromkeys(self.everybody, "Graz")
        money = {p: 100.0 * (n + 1) for n, p in enumerate(self.everybody)}
        profile = set(self.everybody)
        hands = {}  # segment -> kind -> set
        active = set(seg)
        model = Model(settle)
        order = {"lists": ["graz", "big", "not"], "first": ["x", "y", "z"], "upper": ["u"]}
        rules = {
            "graz": lambda w, _i: city[w] == "Graz",
            "big": lambda w, i: money[w] >= 500 or (w in i.get("big", ()) and money[w] >= 300),
            "not": lambda w, _i: city[w] not in ("Wien", "Linz"),
            "x": lambda w, _i: city[w] == "Wien" and money[w] > 200,
            "y": lambda w, i: money[w] > 400 and w not in i.get("graz", ()),
            "z": lambda w, i: w in i.get("graz", ()) or w in i.get("big", ()),
            "u": lambda w, i: (w in i.get("x", ()) or w in i.get("z", ())) and w not in i.get("big", ()),
        }
        start = fields.Datetime.now()
        job = self.env.ref("crm_segmentation.job_segments")
        if shard:
            self.patch(crm_segment_scheme_pass, "SHARD", shard)
            first_id = min(self.everybody)
            real = crm_segment_scheme_pass.CrmSegmentScheme._shard_end
            self.patch(
                crm_segment_scheme_pass.CrmSegmentScheme,
                "_shard_end",
                lambda schemes, begin: real(schemes, max(begin, first_id - 1)),
            )
        for night in range(self.nights):
            now = start + timedelta(days=night)
            with freeze_time(now):
                for _event in range(random.randrange(4)):
                    who = random.choice(sorted(self.everybody))
                    what = random.random()
                    if what < 0.45:
                        city[who] = random.choice(CITIES)
                        self.everybody[who].city = city[who]
                    elif what < 0.8:
                        money[who] = float(random.randrange(0, 700, 50))
                        self.env.flush_all()
                        self.cr.execute(
                            "UPDATE crm_customer SET monetary = %s WHERE partner_id = %s AND company_id = %s",
                            [money[who], who, self.company.id],
                        )
                    elif what < 0.86:
                        self.env.flush_all()
                        if who in profile:
                            self.cr.execute("DELETE FROM crm_customer WHERE partner_id = %s", [who])
                            profile.discard(who)
                        else:
                            self.add_profile(who, money[who])
                            profile.add(who)
                    elif what < 0.9 and not settle["lists"]:
                        # by hand only where nothing settles: what settles then is another test
                        name, kind = random.choice(("graz", "big")), random.choice(("include", "exclude"))
                        old = self.env["crm.segment.exception"].search(
                            [("segment_id", "=", seg[name].id), ("partner_id", "=", who)]
                        )
                        for kinds in hands.get(name, {}).values():
                            kinds.discard(who)
                        if old:
                            old.unlink()
                        else:
                            old.create({"segment_id": seg[name].id, "partner_id": who, "reason": "x", "kind": kind})
                            hands.setdefault(name, {}).setdefault(kind, set()).add(who)
                    elif what < 0.95:
                        name = random.choice(("not", "u"))
                        if name in active:
                            active.discard(name)
                            seg[name].active = False
                        else:
                            active.add(name)
                            seg[name].active = True
                    elif len(self.everybody) > 3:
                        other = random.choice(sorted(set(self.everybody) - {who}))
                        schemes = [("overlapping", order["lists"] + order["upper"]), ("exclusive", order["first"])]
                        self.merge(other, who, model, hands, schemes)
                        profile -= {other, who}
                        self.add_profile(who, money[who])
                        profile.add(who)
                self.env.flush_all()
                self.env.invalidate_all()
                for name in set(seg) - active:
                    model.inside[name] = set()
                    model.filled.discard(name)
                    for key in [key for key in model.waiting if key[0] == name]:
                        del model.waiting[key]

                def entry(name):
                    kinds = hands.get(name, {})
                    return name, rules[name], kinds.get("include", set()), kinds.get("exclude", set())

                levels = [
                    [("lists", "overlapping", [entry(n) for n in order["lists"] if n in active])],
                    [("first", "exclusive", [entry(n) for n in order["first"]])],
                    [("upper", "overlapping", [entry(n) for n in order["upper"] if n in active])],
                ]
                model.night((now.date()), sorted(profile), levels)
                if shard:
                    job.run_number += 1
                    left = 1
                    while left:
                        _written, left = self.env["crm.segment.scheme"]._job_refresh(job)
                else:
                    self.assign()
                found = {name: set() for name in seg}
                stays = self.env["crm.segment.member"].search(
                    [("segment_id", "in", [s.id for s in seg.values()]), ("date_to", "=", False)]
                )
                by_id = {s.id: name for name, s in seg.items()}
                for stay in stays:
                    found[by_id[stay.segment_id.id]].add(stay.partner_id.id)
                expected = {name: set(model.inside.get(name, ())) for name in seg}
                self.assertEqual(found, expected, f"seed {seed}, night {night}, {settle}")
                if night % 5 == 0:
                    self.assertEqual(self.assign(), 0, f"seed {seed}, night {night}: a second run writes")

    def test_random_nights(self):
        for seed in range(5):
            with self.subTest(seed=seed):
                self.story(seed)
                self.env["crm.segment.scheme"].search([]).active = False
                self.env["crm.segment.exception"].search([]).unlink()

    def test_random_nights_in_batches_of_few(self):
        self.nights = 14  # every batch makes tables, and their locks last as long as the test
        for seed, shard in ((11, 1), (12, 2), (13, 3)):
            with self.subTest(seed=seed):
                self.story(seed, shard)
                self.env["crm.segment.scheme"].search([]).active = False
                self.env["crm.segment.exception"].search([]).unlink()
