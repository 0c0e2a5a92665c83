"""The named dashboards, only data: id | name | folder | owner | subject | hours since the update."""

from __future__ import annotations

# Square brackets, which are markup in many programs, an escape sequence, a mark that reverses the text
# direction, and a path that leaves the folder.
HOSTILE_NAME = "Refunds [/bold] [red]\x1b[31mEMEA\x1b[0m \u202e3Q\u202c ../../Q3"

HUGE_ID = "5e1f00d2"
SLOW_ID = "7a3c9b10"
FAILING_ID = "b0b5c0de"
FORBIDDEN_ID = "c4a11e90"
EVERYTHING_ID = "e7e27001"
OLDER_ID = "01d5e2f0"
EMPTY_ID = "8ec5d240"
HOSTILE_ID = "badc0ffe"
UUID_ID = "3f9d2b7a-6c41-4e8b-9a55-0d1c7e42f6b3"
FIRST_ID = "12db1a0a"
WORKBOOK_ID = "f00dba5e"

DASHBOARDS = f"""
{FIRST_ID} | Blob Web Traffic | team/web | Blobby | web_sessions | 2
9c27e415 | Sales Overview | sales | Jonas | orders | 5
4be08d77 | Churn Cohorts | customer-success | Amina | subscriptions | 20
{HOSTILE_ID} | {HOSTILE_NAME} | finance/emea | Chiara | orders | 31
{FAILING_ID} | Warehouse Forecast (broken tile) | operations | Kofi | shipments | 52
{FORBIDDEN_ID} | Board Compensation Review | executive/private | Grace | ledger | 75
{SLOW_ID} | Slow Year-end Close | finance | Chiara | ledger | 98
{EVERYTHING_ID} | Company Scorecard: every metric | executive | Grace | orders | 7
{HUGE_ID} | Raw Event Log (200 MB) | data-team/raw | Viktor | usage | 12
{OLDER_ID} | Legacy Store Report | archive/2024 | Wendy | orders | 9100
{UUID_ID} | Quarterly Business Review | executive | Grace | subscriptions | 170
2d6f81a3 | Web Traffic by Channel | marketing | Maria | web_sessions | 26
83aa5c19 | Weekly Web Traffic | team/web | Blobby | web_sessions | 264
6e0b7f42 | Refunds [EMEA] Q3 | finance/emea | Chiara | orders | 44
a95d3e08 | Landing Page Performance | marketing | Maria | web_sessions | 61
17c4e9d6 | Email Campaign Results | marketing/email | Maria | campaigns | 33
d83b20fa | Paid Media Pacing | marketing/paid | Ines | campaigns | 3
50ef6a9b | Brand vs Non-brand Spend | marketing/paid | Ines | campaigns | 410
be1740c5 | Holiday Campaign Recap | marketing | Ines | campaigns | 7300
3a82d5e1 | Daily Sales Pulse | sales | Jonas | orders | 1
f6194b2c | Pipeline to Revenue | sales | Jonas | orders | 49
08cd7e36 | Sales by Region & Category | sales/regions | Lucía | orders | 130
b17e4f90 | Top Customers | sales | Lucía | orders | 210
e25a0d84 | First Orders and Coupons | growth | Priya | orders | 88
76f3c1b9 | Umsatz nach Ländern | sales/regions | Daniel | orders | 340
cd4092e7 | Margin Watch | finance | Chiara | orders | 15
4f8e6b21 | Monthly Recurring Revenue | finance | Daniel | subscriptions | 9
920ad7f5 | Seats and Expansion | customer-success | Amina | subscriptions | 118
15b9e3c8 | Accounts at Risk | customer-success | Amina | subscriptions | 4
ab60f2d3 | New Subscriptions by Source | growth | Priya | subscriptions | 66
6d37c05e | Support Backlog | support | Oscar | tickets | 6
e81f94ba | First Reply Times | support | Oscar | tickets | 29
39d2a67f | Satisfaction by Team | support | Zoë | tickets | 150
c705be12 | Escalations This Quarter | support | Zoë | tickets | 13
5a94f1e0 | Tickets by Tag and Channel | support | Oscar | tickets | 520
f23e8d6b | Cost Center Spending | finance | Daniel | ledger | 40
0b71c9a4 | Vendor Spending | finance/procurement | Rosa | ledger | 96
{EMPTY_ID} | Travel Budget | people | Rosa | ledger | 700
d19f7a3e | Cloud Costs | engineering | Viktor | ledger | 11
72b04ec6 | Shipments on Time | operations | Kofi | shipments | 8
1ea8d95f | Carrier Comparison | operations | Kofi | shipments | 73
bf5306d1 | Warehouse Throughput | operations/warehouses | Tomoko | shipments | 37
64c9e2a8 | Shipping Costs by Destination | operations | Tomoko | shipments | 245
9f10b7d4 | Feature Adoption | product | Uma | usage | 17
2c8ad6e9 | Load Times and Errors | engineering | Viktor | usage | 1
d540f3b7 | Export Usage | product | Uma | usage | 58
47e2c8a6 | Experiment Readouts | product/experiments | Uma | usage | 84
a3619d0f | Mobile Usage | product | Elif | usage | 190
"""

WORKBOOKS = f"""
{WORKBOOK_ID} | Scratchpad: churn by industry | people/scratch | Amina | subscriptions | 27
5cab1e77 | Ad-hoc Pricing Analysis | sales | Lucía | orders | 61
"""

# For a long list: each name combines one of each with a number.
PERIODS = ("Daily", "Weekly", "Monthly", "Quarterly", "Yearly", "Regional", "Global")
TOPICS = (
    "Sales", "Web Traffic", "Churn", "Support Load", "Spending", "Campaigns", "Shipments", "Usage", "Refunds",
    "Margins", "Signups",
)  # fmt: skip
ENDINGS = ("Overview", "by Region", "Report", "Deep Dive", "Tracker")
