"""What the samples' files do not say by themselves: targets, earlier states, types, invocations."""

SHOP = "snowplow_shop"
SHOP_PACKAGES = ("snowplow_media_player", "snowplow_unified", "snowplow_utils")
JAFFLE = "jaffle_without_snowplow"
REVIEW = "shop_before_review"
# Projects that have packages: the project in whose dbt_packages they lie.
PACKAGES_IN = {SHOP: SHOP, REVIEW: SHOP}

# What a staging run of the new model needs: the tagged models above it, and one name of the media player package so
# that its end hook does not fail.
EFFECTIVE_NAMES = (
    "my_new_model",
    "snowplow_unified_pv_engaged_time",
    "snowplow_unified_pv_scroll_depth",
    "snowplow_unified_views_this_run",
)
GUARD_NAME = "snowplow_media_player_base"

# One entry is one set of artifacts. `left_out` and `without_lines` make an earlier state of the root project's files.
VARIANTS = {
    "staging": {
        "project": SHOP,
        "folder": "target",
        "target": {"name": "staging", "database": "shop", "schema": "staging"},
        "project_dir": "/home/analyst/snowplow_shop",
        "created_at": 1770000000.0,
        "manifest_at": "2026-02-02T08:00:00.000000Z",
        "invocation_id": "5a4d9a0e-0001-4000-8000-000000000001",
        "run": {
            "at": "2026-02-02T08:10:00",
            "which": "run",
            "select": ["+my_new_model"],
            "vars": {
                "models_to_run": " ".join([*EFFECTIVE_NAMES, GUARD_NAME]),
                "snowplow__backfill_limit_days": 30,
            },
        },
        "loaded_at": "2026-02-02T07:40:00",
        # The backfill of my_new_model, four months a run: the last event of each window.
        "backfill": {
            "start": "2025-01-01T00:00:00",
            "limit_days": 120,
            "now": "2026-02-02T08:22:00",
            "last_events": (
                "2025-04-30T23:58:41.117",
                "2025-08-28T23:51:09.603",
                "2025-12-26T23:50:55.240",
                "2026-02-02T07:39:12.875",
            ),
        },
    },
    "production": {
        "project": SHOP,
        "folder": "production",
        "target": {"name": "prod", "database": "shop", "schema": "prod"},
        "project_dir": "/home/analyst/snowplow_shop",
        "created_at": 1769900000.0,
        "manifest_at": "2026-02-01T04:00:00.000000Z",
        "invocation_id": "5a4d9a0e-0002-4000-8000-000000000002",
        "left_out": (
            "models/custom/my_new_model.sql",
            "models/custom/my_new_model.yml",
            "models/reporting/checkout_funnel.sql",
            "models/reporting/checkout_funnel.yml",
            "tests/assert_checkout_visits_are_sessions.sql",
        ),
        "without_lines": {
            "models/custom/shop_sessions.sql": ("    visit.source_category,",),
            "models/custom/custom.yml": ("      - name: source_category",),
        },
        "run": {"at": "2026-02-01T04:05:00", "which": "build", "select": [], "vars": {}},
        "loaded_at": "2026-01-31T20:30:00",
        # What its run wrote into snowplow_unified's incremental manifest.
        "last_success": "2026-02-01 04:02:37.481",
    },
    "review": {
        "project": REVIEW,
        "folder": "target",
        "target": {"name": "staging", "database": "shop", "schema": "staging"},
        "project_dir": "/home/analyst/shop_before_review",
        "created_at": 1770000000.0,
        "manifest_at": "2026-02-02T08:00:00.000000Z",
        "invocation_id": "5a4d9a0e-0004-4000-8000-000000000004",
    },
    "jaffle": {
        "project": JAFFLE,
        "folder": "target",
        "target": {"name": "dev", "database": "cafe", "schema": "dev"},
        "project_dir": "/home/analyst/jaffle_without_snowplow",
        "created_at": 1770000000.0,
        "manifest_at": "2026-02-02T09:00:00.000000Z",
        "invocation_id": "5a4d9a0e-0003-4000-8000-000000000003",
    },
}

# dbt's own macros that something in the samples calls, by name: the file they stand in, and a stand-in for their text.
INTERNAL_MACROS = {
    "is_incremental": (
        "macros/materializations/models/incremental/is_incremental.sql",
        "{% macro is_incremental() %}{{ return(should_full_refresh() is none) }}{% endmacro %}",
    ),
    "should_full_refresh": (
        "macros/materializations/configs.sql",
        "{% macro should_full_refresh() %}{{ return(config.get('full_refresh')) }}{% endmacro %}",
    ),
    "run_query": (
        "macros/etc/statement.sql",
        "{% macro run_query(sql) %}{{ return(none) }}{% endmacro %}",
    ),
    "generate_schema_name": (
        "macros/get_custom_name/get_custom_schema.sql",
        "{% macro generate_schema_name(custom_schema_name, node) %}"
        "{{ default__generate_schema_name(custom_schema_name, node) }}{% endmacro %}",
    ),
    "default__generate_schema_name": (
        "macros/get_custom_name/get_custom_schema.sql",
        "{% macro default__generate_schema_name(custom_schema_name, node) %}{{ [target.schema, custom_schema_name] | "
        "select | join('_') }}{% endmacro %}",
    ),
    "get_where_subquery": (
        "macros/materializations/tests/where_subquery.sql",
        "{% macro get_where_subquery(relation) %}{{ return(relation) }}{% endmacro %}",
    ),
    "test_unique": (
        "tests/generic/builtin.sql",
        "{% test unique(model, column_name) %}select {{ column_name }} from {{ model }} group by 1 having count(*) > 1"
        "{% endtest %}",
    ),
    "test_not_null": (
        "tests/generic/builtin.sql",
        "{% test not_null(model, column_name) %}select * from {{ model }} where {{ column_name }} is null{% endtest %}",
    ),
    "test_accepted_values": (
        "tests/generic/builtin.sql",
        "{% test accepted_values(model, column_name, values) %}select * from {{ model }} where {{ column_name }} "
        "not in ({{ values | join(', ') }}){% endtest %}",
    ),
    "test_relationships": (
        "tests/generic/builtin.sql",
        "{% test relationships(model, column_name, to, field) %}select * from {{ model }} where {{ column_name }} "
        "not in (select {{ field }} from {{ to }}){% endtest %}",
    ),
}

# What a macro call inside config() comes to.
MACRO_VALUES = {"snowplow_unified.allow_refresh": None}

# The catalog's columns where the SQL does not show them, and types by column name: the first pattern that fits.
COLUMNS = {
    "snowplow_unified_base_new_event_limits": ["lower_limit", "upper_limit"],
    "snowplow_media_player_base_new_event_limits": ["lower_limit", "upper_limit"],
    "source.snowplow_unified.atomic.events": [
        "event_id", "app_id", "platform", "event_name", "collector_tstamp", "derived_tstamp", "user_id",
        "user_identifier", "session_identifier", "view_id", "page_urlpath", "mkt_source", "geo_country", "br_lang",
        "scroll_percentage", "media_identifier", "play_id", "played_seconds",
    ],
    "source.snowplow_shop.shop_app.orders": [
        "order_id", "customer_id", "status", "amount_cents", "ordered_at", "copied_at",
    ],
    "source.snowplow_shop.shop_app.customers": ["customer_id", "name", "country", "registered_at", "copied_at"],
    "source.jaffle_without_snowplow.cafe.customers": ["id", "name"],
    "source.jaffle_without_snowplow.cafe.orders": ["id", "customer_id", "ordered_at"],
    "source.jaffle_without_snowplow.cafe.order_items": ["order_id", "product_id", "quantity"],
}
TYPES = (
    (r"day", "date"),
    (r".*_tstamp|.*_at|.*_limit|last_success", "timestamp without time zone"),
    (r"has_.*|is_.*", "boolean"),
    (r"amount_eur|price_eur|sold|play_time_in_s|vertical_percentage_scrolled", "numeric"),
    (r"id|order_id|product_id|quantity|amount_cents|played_seconds|scroll_percentage", "integer"),
    (r"sessions|orders|plays|conversions|engaged_time_in_s|views", "bigint"),
    (r".*", "text"),
)
TYPE_OF_COLUMN = {"daily_sessions.views": "numeric", "snowplow_unified_users_aggs.views": "numeric"}
