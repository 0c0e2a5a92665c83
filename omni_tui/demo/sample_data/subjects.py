"""The topics of the demo's dashboards, only data. Columns and measures are in order of importance."""

from __future__ import annotations

from omni_tui.demo.sample_data.data_model import Column, Field, Kind, Measure, Subject, Sum


def _subject(view: str, noun: str, columns: str, measures: str) -> Subject:
    """Parse the definitions below: one column or measure per line, with parts separated by `|`."""
    return Subject(
        view,
        noun,
        tuple(_column(view, line) for line in columns.strip().splitlines()),
        tuple(_measure(view, line) for line in measures.strip().splitlines()),
    )


def _column(view: str, line: str) -> Column:
    """`name | label | kind | how it is filled | hidden, nulls=0.1`"""
    name, label, kind, filling, *rest = (part.strip() for part in line.split("|"))
    marks = rest[0] if rest else ""
    field = Field(f"{view}.{name}", label, Kind(kind), hidden="hidden" in marks)
    null_share = float(marks.partition("nulls=")[2] or 0)
    if field.kind is Kind.TEXT:
        if "{" in filling:
            return Column(field, pattern=filling, null_share=null_share)
        return Column(field, tuple(word.strip() for word in filling.split(",")), null_share=null_share)
    if field.kind is Kind.BOOLEAN:
        return Column(field, share=float(filling), null_share=null_share)
    if field.kind is Kind.DATE:
        return Column(field, null_share=null_share)
    low, _, high = filling.partition("..")
    return Column(
        field, low=float(low), high=float(high.rstrip("~")), skewed="~" not in high, null_share=null_share
    )


def _measure(view: str, line: str) -> Measure:
    """`name | label | kind | how | column`"""
    name, label, kind, how, column = (part.strip() for part in line.split("|"))
    return Measure(Field(f"{view}.{name}", label, Kind(kind)), Sum(how), column)


_COUNTRIES = "United States, Germany, Brazil, France, Japan, United Kingdom, Türkiye, Canada, Poland"
_REGIONS = "North America, EMEA, Latin America, APAC"

SUBJECTS: dict[str, Subject] = {
    subject.view: subject
    for subject in (
        _subject(
            "web_sessions",
            "sessions",
            f"""
            session_date | Session date | date |
            channel | Channel | text | Organic, Direct, Paid, Email, Social, Referral
            country | Country | text | {_COUNTRIES}
            device | Device | text | Desktop, Mobile, Tablet
            pageviews | Pageviews | whole | 1..48
            page | Page | text | /, /pricing, /blog, /docs, /blobs, /signup, /careers
            is_new_visitor | New visitor | boolean | 0.6
            campaign | Campaign | text | spring-launch, blob-week, back-to-school, black-friday | nulls=0.4
            minutes | Minutes | decimal | 0.2..38
            bounced | Bounced | boolean | 0.38
            revenue | Revenue | money | 0.5..240
            session_key | Session key | text | S-{{:07d}} | hidden
            shard | Shard | whole | 0..15~ | hidden
            """,
            """
            session_count | Sessions | whole | count |
            total_pageviews | Pageviews | whole | total | pageviews
            bounce_rate | Bounce rate | percent | average | bounced
            total_revenue | Revenue | money | total | revenue
            average_minutes | Minutes | decimal | average | minutes
            """,
        ),
        _subject(
            "orders",
            "orders",
            f"""
            created_at | Created | date |
            status | Status | text | complete, shipped, processing, returned, cancelled
            region | Region | text | {_REGIONS}
            category | Category | text | Blobs, Slime, Goo, Jelly, Accessories, Gift cards
            sale_price | Sale price | money | 6..1900
            customer | Customer | text | Acme Stores, Globex, Initech, Hooli, Umbrella, Stark, Wayne, Tyrell
            is_first_order | First order | boolean | 0.27
            coupon | Coupon | text | WELCOME10, BLOB20, FREESHIP | nulls=0.6
            quantity | Quantity | whole | 1..12
            margin | Margin | percent | 0.05..0.62~
            order_number | Order | text | B-{{:06d}}
            unit_cost | Unit cost | money | 2..900 | hidden
            """,
            """
            total_revenue | Revenue | money | total | sale_price
            order_count | Orders | whole | count |
            average_order | Average order | money | average | sale_price
            average_margin | Margin | percent | average | margin
            first_order_share | First orders | percent | average | is_first_order
            """,
        ),
        _subject(
            "tickets",
            "tickets",
            f"""
            opened_at | Opened | date |
            priority | Priority | text | normal, low, high, urgent
            team | Team | text | Frontline, Billing, Technical, Onboarding
            channel | Channel | text | Email, Chat, Phone, Community
            hours_to_resolve | Hours to resolve | decimal | 0.3..96
            status | Status | text | solved, closed, open, waiting, on hold
            is_escalated | Escalated | boolean | 0.12
            tag | Tag | text | refund, login, shipping, bug, invoice | nulls=0.25
            first_reply_minutes | First reply (min) | whole | 1..480
            satisfaction | Satisfaction | percent | 0.55..1~
            country | Country | text | {_COUNTRIES}
            ticket_number | Ticket | text | #{{:06d}}
            agent_key | Agent key | whole | 100..180~ | hidden
            """,
            """
            ticket_count | Tickets | whole | count |
            average_hours | Hours to resolve | decimal | average | hours_to_resolve
            satisfaction_rate | Satisfaction | percent | average | satisfaction
            escalated_share | Escalated | percent | average | is_escalated
            """,
        ),
        _subject(
            "subscriptions",
            "subscriptions",
            f"""
            started_on | Started | date |
            plan | Plan | text | Team, Starter, Business, Enterprise
            region | Region | text | {_REGIONS}
            source | Source | text | Website, Sales, Partner, Marketplace
            mrr | MRR | money | 19..4200
            industry | Industry | text | Retail, Software, Logistics, Health, Education, Media
            is_churned | Churned | boolean | 0.14
            churn_reason | Churn reason | text | price, missing feature, moved on, project ended | nulls=0.8
            seats | Seats | whole | 1..420
            health | Health score | percent | 0.2..1~
            account | Account | text | A-{{:05d}}
            discount | Discount | percent | 0..0.4 | hidden
            """,
            """
            total_mrr | MRR | money | total | mrr
            subscription_count | Subscriptions | whole | count |
            churn_rate | Churn rate | percent | average | is_churned
            total_seats | Seats | whole | total | seats
            """,
        ),
        _subject(
            "ledger",
            "entries",
            f"""
            posted_on | Posted | date |
            account | Account | text | Revenue, Payroll, Cloud, Rent, Travel, Marketing, Legal
            cost_center | Cost center | text | Engineering, Sales, Support, Operations, People
            region | Region | text | {_REGIONS}
            amount | Amount | money | 12..48000
            vendor | Vendor | text | Northwind, Contoso, Fabrikam, Adatum, Litware, Proseware
            is_accrual | Accrual | boolean | 0.3
            memo | Memo | text | reversal, correction, year end | nulls=0.7
            tax_rate | Tax rate | percent | 0..0.25~
            entry_number | Entry | text | GL-{{:06d}}
            reviewer_key | Reviewer key | whole | 1..40~ | hidden
            """,
            """
            total_amount | Amount | money | total | amount
            entry_count | Entries | whole | count |
            average_amount | Average entry | money | average | amount
            accrual_share | Accruals | percent | average | is_accrual
            """,
        ),
        _subject(
            "campaigns",
            "ad days",
            f"""
            day | Day | date |
            network | Network | text | Search, Social, Video, Display, Newsletter
            campaign | Campaign | text | Spring launch, Blob week, Always on, Back to school, Holidays
            region | Region | text | {_REGIONS}
            spend | Spend | money | 15..2600
            audience | Audience | text | New visitors, Returning, Lookalikes, Customers
            is_brand | Brand | boolean | 0.35
            creative | Creative | text | video A, video B, carousel, still | nulls=0.2
            clicks | Clicks | whole | 4..5200
            conversion_rate | Conversion rate | percent | 0.002..0.09~
            ad_key | Ad key | text | AD-{{:06d}} | hidden
            """,
            """
            total_spend | Spend | money | total | spend
            total_clicks | Clicks | whole | total | clicks
            average_conversion | Conversion rate | percent | average | conversion_rate
            day_count | Ad days | whole | count |
            """,
        ),
        _subject(
            "shipments",
            "shipments",
            """
            shipped_on | Shipped | date |
            carrier | Carrier | text | BlobPost, Parcelo, QuickShip, FreightLine
            warehouse | Warehouse | text | Rotterdam, Memphis, Osaka, São Paulo
            destination | Destination | text | Europe, North America, Asia, South America, Africa
            cost | Shipping cost | money | 3..420
            service | Service | text | Standard, Express, Economy
            is_late | Late | boolean | 0.09
            delay_reason | Delay reason | text | weather, customs, address, carrier | nulls=0.9
            weight_kg | Weight (kg) | decimal | 0.1..68
            days_in_transit | Days in transit | whole | 1..16
            tracking_number | Tracking number | text | BP{:09d}
            dock | Dock | whole | 1..24~ | hidden
            """,
            """
            shipment_count | Shipments | whole | count |
            late_share | Late | percent | average | is_late
            total_cost | Shipping cost | money | total | cost
            average_days | Days in transit | decimal | average | days_in_transit
            """,
        ),
        _subject(
            "usage",
            "events",
            f"""
            day | Day | date |
            feature | Feature | text | Dashboards, Exports, Alerts, Schedules, Workbooks, AI answers
            plan | Plan | text | Team, Starter, Business, Enterprise
            country | Country | text | {_COUNTRIES}
            events | Events | whole | 1..900
            platform | Platform | text | Web, API, iOS, Android
            is_power_user | Power user | boolean | 0.18
            experiment | Experiment | text | new-nav, fast-load, dark-mode | nulls=0.5
            load_seconds | Load time (s) | decimal | 0.2..9
            error_rate | Error rate | percent | 0..0.08
            user_key | User key | text | U-{{:05d}} | hidden
            """,
            """
            total_events | Events | whole | total | events
            active_days | Active days | whole | count |
            average_load | Load time (s) | decimal | average | load_seconds
            average_errors | Error rate | percent | average | error_rate
            """,
        ),
    )
}
