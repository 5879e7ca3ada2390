"""A file of limits that lets a plain order pass, for tests to narrow."""

from __future__ import annotations

ACTOR = """
collar_ppm = 50_000
auction_collar_ppm = 100_000
blow_through_ppm = 10_000
order_size = 1_000
order_value_e6 = 200_000_000_000
position_size = 5_000
open_orders = 100
venues = ["xnas"]
market_categories = "QGS"
order_kinds = ["day", "immediate", "post_only", "short_sale"]
messages_per_second = 500
gross_value_e6 = 9_000_000_000_000
exposure_value_e6 = 2_000_000_000_000
loss_value_e6 = 10_000_000_000
drawdown_value_e6 = 10_000_000_000
"""

LIMITS = f"""
[firm]
average_daily_ppm = 10_000
session_orders_per_second = 300
feed_silence_ns = 5_000_000_000
clock_offset_ns = 100_000
clock_age_ns = 60_000_000_000
{ACTOR}
[[account]]
name = "main"
{ACTOR}
[[account]]
name = "house"
{ACTOR}
[[strategy]]
name = "quoter"
account = "house"
algorithm_id = 4711
trader_id = 12
duplicate_window_ns = 1_000_000
repeat_orders = 1_000
repeat_executions = 500
repeat_window_ns = 1_000_000_000
{ACTOR}
[instrument]
tradable = true
collar_ppm = 50_000
auction_collar_ppm = 100_000
blow_through_ppm = 10_000
order_size = 500
order_value_e6 = 100_000_000_000
position_size = 5_000
open_orders = 20
average_daily_ppm = 10_000
average_daily_size = 1_000_000
orders_per_second = 100
touch_age_ns = 60_000_000_000

[[override]]
symbol = "ZVZZT"
tradable = false
tick_e9 = 50_000_000
"""
