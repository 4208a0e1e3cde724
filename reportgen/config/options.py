"""Every option of a run, declared once with its explanation under it; options hold values and do nothing."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema

from reportgen.config.brand import BrandOptions
from reportgen.config.engine import EngineOptions
from reportgen.config.lines import CleansingOptions, ColumnOptions, SourceOptions
from reportgen.config.mail import CheckOptions, MailOptions
from reportgen.config.section import Section, Share, Window
from reportgen.config.values import (
    ClusterRange,
    check_archive_id,
    check_currency,
    check_keep,
    check_locale,
    check_month,
    check_period,
    check_report_id,
    check_timezone,
    parse_cluster_range,
    parse_day,
    write_cluster_range,
)
from reportgen.model.warnings import WarningCode

Day = Annotated[date | None, BeforeValidator(parse_day)]
NClusters = Annotated[
    ClusterRange,
    BeforeValidator(parse_cluster_range),
    PlainSerializer(write_cluster_range, when_used="json"),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "integer", "minimum": 2, "maximum": 10},
                {"type": "string", "pattern": r"^([2-9]|10)\.\.([2-9]|10)$"},
            ]
        }
    ),
]
Kind = Literal[
    "frequent_big",
    "frequent_mid",
    "frequent_small",
    "occasional_big",
    "occasional_mid",
    "occasional_small",
    "rare_big",
    "rare_mid",
    "rare_small",
]


class ReportOptions(Section):
    """What the report is called."""

    id: Annotated[str, AfterValidator(check_report_id)] = "report"
    """Short name of the report, used for its folder: letters, digits, `-`, `_` and `.`."""
    title: str = "Customer segments"
    """Title printed on the first page and in the running header."""
    formerly: str | None = None
    """What a store was called in its earlier reports, under `stores.each`, so that the comparison goes on."""


class SegmentOptions(Section):
    """How customers are grouped."""

    features: tuple[Literal["total_sales", "order_count", "avg_order_value", "recency_days"], ...] = Field(
        default=("total_sales", "order_count", "avg_order_value"), min_length=1, strict=False
    )
    """What customers are compared by."""
    normalise: Literal["rank", "log", "zscore"] = "rank"
    """How features are made comparable before they are standardised: ranks, logarithms, or as they are."""
    ties: Literal["average", "first"] = "average"
    """What equal values get as rank: their average, or ranks by order of customer id (the tutorial's way)."""
    n_clusters: NClusters = ClusterRange(4, 8)
    """Number of segments, or a range `4..8` to choose from; 2 to 10."""
    choose_by: Literal["smallest_near_best", "silhouette", "elbow"] = "smallest_near_best"
    """How the number is chosen: the smallest within 0.02 of the best silhouette, the best silhouette, or the elbow."""
    model: Literal["refit", "frozen", "auto"] = "refit"
    """How segments go on from the previous report: `refit` divides the customers anew each month, `frozen` keeps the
    borders of the archived model, `auto` keeps them until they have worn out (docs/change.md)."""
    random_state: int = Field(default=0, ge=0, le=2**32 - 1)
    """Seed of everything random."""
    min_customers: int = Field(default=30, ge=2)
    """Fewer customers than this are described as one group and not divided."""
    clusters_from: int = Field(default=200, ge=2)
    """Customers from which they are divided by likeness; fewer are divided by stated bands (docs/trust.md). A fixed
    number of segments is made however few there are."""
    rhythm_from: int = Field(default=100, ge=2)
    """Where they are fewer: customers with orders on two days or more from which the bands follow what each spends and
    their own rhythm; with fewer, the days since their last order."""
    customers_per_segment: int = Field(default=50, ge=1)
    """Customers that there are for each segment, on average, at least: a range of numbers is cut to what that allows,
    but not below two. A fixed number is not cut."""
    names: dict[Kind, str] = Field(default_factory=dict)
    """Own names for kinds of segment, such as `frequent_big: Regulars`."""


class TrustOptions(Section):
    """How it is found out how far the segments can be trusted."""

    draws: int = Field(default=100, ge=0, le=1000)
    """How often customers are drawn anew and divided again; with 0 it is not tried, and the report says so."""


class ProductOptions(Section):
    """What is said about products."""

    rank_by: Literal["lines", "orders"] = "orders"
    """Best sellers are ranked by the order lines or by the orders that hold the product."""
    best_sellers: int = Field(default=10, ge=1, le=50)
    """Best sellers listed for each segment."""
    pairs: int = Field(default=5, ge=0, le=50)
    """Product pairs listed for each segment; 0 leaves them out."""
    min_pair_orders: int = Field(default=20, ge=2)
    """Orders that must hold both products before a pair is listed."""
    max_basket_size: int = Field(default=100, ge=2)
    """Orders with more different products than this are left out when pairs are counted."""


Shop = Literal["web", "till", "wholesale"]
"""Kinds of shop, as far as advice differs."""


class AdviceOptions(Section):
    """What the advice is for, and what the sizing of opportunities assumes."""

    shop: Shop = "web"
    """What kind of shop it is: one on the web, one with tills, or a wholesaler whose people know their customers. Plays
    for another kind are left out."""

    step_up_share: Share = 0.05
    """Share of a segment's customers assumed to take the next step; printed in the report as an assumption."""


class TrialOptions(Section):
    """How trials of actions are planned."""

    plausible_lift: Share = 0.3
    """Rise that a trial is planned for, as a part of the share who order unaided: 0.3 plans for 30 % more of them."""
    margin: Share | None = None
    """Part of the sales that is left when the goods are paid, such as 0.4: what actions brought is told in that
    money."""
    cost_per_contact: float = Field(default=0.0, ge=0, le=1_000_000)
    """What it costs to write to one customer, in the report's currency; it is taken off what actions brought."""


class AudienceOptions(Section):
    """The files that say whom each action is for."""

    ids: Literal["none", "plain", "hashed"] = "none"
    """Whether each report comes with a file of customers for each action, `audiences/<segment>-<action>.csv`, and how
    it names them: by plain ids, or by ids keyed as in `archive.customers`."""
    email: str | None = None
    """Heading of the source's column with the customer's e-mail address, for `reportgen actions export`; without it
    customer ids that are addresses are taken for such. Reports and archives never hold it."""
    consent: str | None = None
    """Heading of the column that says whether the customer agreed to be written to, such as `Accepts Marketing`; it is
    carried on as it stands, and never made up."""


class StoreOptions(Section):
    """Which stores get a report of their own, and the chain report over them."""

    model_config = ConfigDict(serialize_by_alias=True, validate_by_alias=True)

    by: str | None = None
    """Heading of the column that names the store: one report for each of its values."""
    only: tuple[str, ...] = Field(default=(), strict=False)
    """Stores to report on, when not all."""
    leave_out: tuple[str, ...] = Field(default=(), strict=False, alias="except")
    """Stores to leave out."""
    min_customers: int = Field(default=30, ge=2)
    """A store with fewer customers in the window is held: too small for a report of its own."""
    each: dict[str, dict[str, Any]] = Field(default_factory=dict)
    """Options of single stores by name, laid over the others: any of them but `report.id`, `public_env`, `stores`,
    `archive`, `output`, `mail.chain`, `mail.operators` and `mail.smtp`. A store that states its own `source` needs no
    `by`."""
    chain: bool = True
    """Whether a chain report compares the stores."""

    @property
    def are_many(self) -> bool:
        """Whether the config asks for more than one report of all lines."""
        return self.by is not None or bool(self.each)


class ArchiveOptions(Section):
    """Where reports are kept, and what of the customers is kept with them."""

    path: str | None = None
    """Folder, or URL such as `s3://bucket/prefix`; without it the folder of `output`."""
    id: Annotated[str, AfterValidator(check_archive_id)] | None = None
    """The id of the archive, as `reportgen archive verify` tells it: a run stops where another one, or none, is."""
    customers: Literal["none", "hashed", "plain"] = "none"
    """The list of customers kept with each report: none, with ids keyed by the secret in the environment's
    `REPORTGEN_CUSTOMER_KEY`, or with plain ids."""
    keep: Annotated[str, AfterValidator(check_keep)] = "all"
    """What `archive prune` keeps: `all`, the newest `24 months` with every run, or `last run of each month`; several
    joined by `, `."""


class ExpectOptions(Section):
    """When the order lines of a month have to be there."""

    by: int | None = Field(default=None, ge=1, le=28)
    """Day of the month by which those of the month before are complete, such as `3`. From then on a month that has no
    report, and every one that was left out since the first, is told: exit code 7, and a note to the operators."""


class Options(Section):
    """All options of one report."""

    report: ReportOptions = ReportOptions()
    locale: Annotated[str, AfterValidator(check_locale)] = "en_GB"
    """Locale for numbers, money and dates, such as `en_GB` or `de_DE`."""
    currency: Annotated[str, AfterValidator(check_currency)] = "GBP"
    """Currency of all money, as ISO 4217 code."""
    timezone: Annotated[str | None, AfterValidator(check_timezone)] = None
    """Time zone whose calendar counts, such as `Europe/London`, for dates that carry a zone of their own."""
    source: SourceOptions = SourceOptions()
    engine: EngineOptions = EngineOptions()
    columns: ColumnOptions = ColumnOptions()
    period: Annotated[str, AfterValidator(check_period)] = "last"
    """The month of the report as `YYYY-MM`, months `2026-01..2026-05` (oldest first), or `last`: the last complete
    month of the data."""
    expect: ExpectOptions = ExpectOptions()
    closed: Annotated[str, AfterValidator(check_month)] | None = None
    """The last month of a store that has closed, such as `2025-09`: later ones are neither made nor missed."""
    complete_to: Day = None
    """Day up to which the data are complete, where that is later than the last order: a month that ends by then is."""
    window: Window = 12
    """The span of orders that segments are made from, ending with the period: `all`, or such as `12 months`."""
    cleansing: CleansingOptions = CleansingOptions()
    segments: SegmentOptions = SegmentOptions()
    trust: TrustOptions = TrustOptions()
    products: ProductOptions = ProductOptions()
    advice: AdviceOptions = AdviceOptions()
    trials: TrialOptions = TrialOptions()
    audiences: AudienceOptions = AudienceOptions()
    playbook: str | None = None
    """Own playbook file, relative to this config, instead of the one that is shipped."""
    template_dir: str | None = None
    """Folder with own templates, relative to this config, searched before the ones that are shipped; and with the files
    of `brand`."""
    brand: BrandOptions = BrandOptions()
    stores: StoreOptions = StoreOptions()
    archive: ArchiveOptions = ArchiveOptions()
    mail: MailOptions = MailOptions()
    checks: CheckOptions = CheckOptions()
    accept: tuple[WarningCode, ...] = Field(default=(), strict=False)
    """Warnings about the data that have been looked at and are in order, by their codes: not told again
    (docs/warnings.md)."""
    outputs: tuple[Literal["html", "pdf", "summary_pdf"], ...] = Field(default=("html", "pdf"), strict=False)
    """What is written beside `facts.json`: the page for a browser, the PDF, and with `summary_pdf` its first
    section alone on one page (`summary.pdf`)."""
    charts: Literal["interactive", "static"] = "interactive"
    """Whether the HTML has a script that highlights segments, tells figures under the pointer, sorts tables and hands
    out pictures and data; without it every chart and table is there all the same."""
    public_env: tuple[str, ...] = Field(default=(), strict=False)
    """Environment variables whose values may be written into reports and archives. Of others `${NAME}` is archived
    instead, but for titles, paths, months, stores, and options that are numbers or words of a closed list."""
    output: str = "output"
    """Folder that reports are written to, relative to where the command runs."""


NOT_PER_STORE = (
    "report.id",
    "engine",
    "public_env",
    "stores",
    "archive",
    "output",
    "mail.chain",
    "mail.operators",
    "mail.smtp",
)
"""Options that belong to the whole config and cannot be other for one store."""

PATH_OPTIONS = (
    "source.path",
    "source.database.uri_file",
    "source.database.query",
    "playbook",
    "template_dir",
    "mail.smtp.password_file",
    "mail.smtp.ca_file",
)
"""Options that name files relative to the config file that states them."""
