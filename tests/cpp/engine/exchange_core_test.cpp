// The exchange without sockets: its feed rebuilds its books, its log its state, its day its states.
#include <gtest/gtest.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>

#include "hft/base/error.hpp"
#include "hft/book/order_book.hpp"
#include "hft/engine/exchange/core.hpp"
#include "hft/engine/exchange/input_log.hpp"
#include "hft/engine/synth/synth.hpp"
#include "hft/feed/itch50/decoder.hpp"
#include "hft/wire/ouch50.hpp"
#include "hft/wire/soupbintcp.hpp"

namespace hft::engine::exchange {
namespace {

constexpr std::uint64_t start_ns = 1'795'364'000'000'000'000;  // a day in November 2026
constexpr std::uint64_t ms = 1'000'000;

CoreOptions small_options() {
  CoreOptions options;
  options.symbols = {"AAPL", "MSFT", "NVDA"};
  options.session = "1795364000";
  for (const char* const user : {"one", "two"}) {
    AccountOptions account;
    account.terms.user = user;
    account.terms.firm = {'H', 'F', 'T', 'X'};
    options.accounts.push_back(account);
  }
  options.max_orders = 10'000;
  options.expected_orders = 64;
  return options;
}

wire::ouch50::inbound::EnterOrder order(std::uint32_t number, char side, std::uint32_t shares,
                                        std::uint64_t price, const char* symbol = "AAPL    ") {
  wire::ouch50::inbound::EnterOrder out{};
  out.message_type = 'O';
  out.user_ref_num = number;
  out.side = side;
  out.shares = shares;
  std::memcpy(out.symbol.data(), symbol, 8);
  out.price = price;
  out.time_in_force = '0';
  out.display = 'Y';
  out.capacity = 'P';
  out.intermarket_sweep_eligibility = 'N';
  out.cross_type = 'N';
  return out;
}

template <class Message>
std::span<const std::byte> bytes_of(const Message& message) {
  return std::as_bytes(std::span(&message, 1));
}

/// Everything that a stream or the feed has said, for comparing.
std::string all_of(const venue::DayStore& store) {
  std::string out;
  std::uint64_t place = 0;
  for (auto bytes = store.read(place); !bytes.empty(); bytes = store.read(place)) {
    out.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    place += bytes.size();
  }
  return out;
}

std::string said_by(ExchangeCore& core) {
  std::string out = all_of(core.feed().store());
  for (std::uint32_t k = 0; k < core.accounts(); ++k) out += all_of(core.account(k).stream());
  return out;
}

/// The digest of the books that our own decoder and books make of the feed.
std::uint64_t digest_by_feed(ExchangeCore& core, std::uint64_t* refused) {
  const std::string blocks = all_of(core.feed().store());
  book::OrderBookSet books({.max_orders = 100'000, .max_instruments = 16});
  std::vector<record::Record> records(4096);
  std::vector<record::Touch> touches(records.size());
  feed::itch50::TypeCounts counts{};
  feed::itch50::Context context{0, 0, 1, 0, record::Venue::xnas, 0};
  auto rest = std::as_bytes(std::span(blocks));
  while (!rest.empty()) {
    const auto run = feed::itch50::decode_blocks_for(chosen_isa())(rest, ~std::uint64_t{0}, context,
                                                                   records, counts);
    if (run.bytes == 0) break;
    books.apply(std::span(records).first(run.records), touches);
    context.sequence_number += run.messages;
    rest = rest.subspan(run.bytes);
  }
  EXPECT_TRUE(rest.empty());
  EXPECT_EQ(context.sequence_number, core.feed().messages() + 1);
  *refused = 0;
  for (std::size_t k = 1; k < books.verdict_counts().size(); ++k)
    *refused += books.verdict_counts()[k];
  return books.digest();
}

/// A few hundred random messages of both accounts, some of them nonsense, and the passing of time.
void trade(ExchangeCore& core, std::uint32_t seed, std::uint64_t& time_ns, int messages = 400) {
  std::mt19937 random(seed);
  const auto below = [&](std::uint32_t bound) {
    return static_cast<std::uint32_t>(random() % bound);
  };
  const char* const symbols[] = {"AAPL    ", "MSFT    ", "NVDA    "};
  for (std::uint32_t k = 0; k < static_cast<std::uint32_t>(messages); ++k) {
    time_ns += below(2) * ms;
    core.advance(time_ns);
    const std::uint32_t account = below(2);
    const std::uint32_t number = 1 + k + seed * 1000;
    if (below(3) == 0) {
      wire::ouch50::inbound::CancelOrder cancel{'X', {}, {}};
      cancel.user_ref_num = 1 + below(k + 1) + seed * 1000;
      cancel.shares = below(2) * 10;
      core.message(account, bytes_of(cancel), time_ns);
    } else if (below(5) == 0) {
      wire::ouch50::inbound::ReplaceOrder replace{};
      replace.message_type = 'U';
      replace.orig_user_ref_num = 1 + below(k + 1) + seed * 1000;
      replace.user_ref_num = number;
      replace.shares = 1 + below(50);
      replace.price = std::uint64_t{1'000'000} + 100 * below(8);
      replace.time_in_force = '0';
      replace.display = "YYN"[below(3)];
      core.message(account, bytes_of(replace), time_ns);
    } else {
      auto message = order(number, "BS"[below(2)], 1 + below(50),
                           std::uint64_t{1'000'000} + 100 * below(8), symbols[below(3)]);
      message.display = "YYYN"[below(4)];
      message.time_in_force = "0003"[below(4)];
      core.message(account, bytes_of(message), time_ns);
    }
  }
}

TEST(exchange_core, its_feed_rebuilds_its_books) {
  for (std::uint32_t seed = 0; seed < 8; ++seed) {
    CoreOptions options = small_options();
    options.flow.rate = seed % 2 == 0 ? 5000 : 0;
    options.flow.seed = seed;
    options.flow.live_orders = 200;
    ExchangeCore core(options, start_ns);
    std::uint64_t time_ns = start_ns;
    trade(core, seed, time_ns);
    EXPECT_GT(core.counters().trades, 20U);
    std::uint64_t refused = 0;
    EXPECT_EQ(digest_by_feed(core, &refused), core.digest()) << seed;
    EXPECT_EQ(refused, 0U) << seed;
    EXPECT_NE(core.digest(), 0xcbf29ce484222325U);  // of empty books
  }
}

TEST(exchange_core, the_same_inputs_say_the_same_bytes) {
  CoreOptions options = small_options();
  options.flow.rate = 2000;
  options.flow.live_orders = 100;
  ExchangeCore first(options, start_ns), second(options, start_ns);
  std::uint64_t first_ns = start_ns, second_ns = start_ns;
  trade(first, 7, first_ns);
  trade(second, 7, second_ns);
  EXPECT_EQ(said_by(first), said_by(second));
  options.flow.seed = 2;
  ExchangeCore other(options, start_ns);
  std::uint64_t other_ns = start_ns;
  trade(other, 7, other_ns);
  EXPECT_NE(said_by(first), said_by(other));
}

TEST(exchange_core, the_flow_holds_its_orders_and_trades) {
  CoreOptions options = small_options();
  options.flow.rate = 10'000;
  options.flow.live_orders = 500;
  ExchangeCore core(options, start_ns);
  const std::uint32_t before = core.live_orders();
  EXPECT_EQ(before, 500U);
  std::uint64_t time_ns = start_ns;
  while (time_ns < start_ns + 2'000 * ms) core.advance(time_ns += ms);
  EXPECT_NEAR(static_cast<double>(core.counters().flow_messages), 20'500, 1'500);
  EXPECT_GT(core.counters().trades, 300U);
  EXPECT_GT(core.live_orders(), 400U);
  EXPECT_LT(core.live_orders(), 600U);
}

TEST(exchange_core, the_flow_makes_up_for_no_pause) {
  CoreOptions options = small_options();
  options.flow.rate = 1000;
  options.flow.live_orders = 10;
  ExchangeCore core(options, start_ns);
  core.advance(start_ns + 3'600'000 * ms);  // an hour later
  EXPECT_LT(core.counters().flow_messages, 200U);
  EXPECT_GT(core.next_due_ns(), start_ns + 3'600'000 * ms);
}

TEST(exchange_core, a_captures_orders_can_be_its_flow) {
  const std::string path =
      (std::filesystem::temp_directory_path() / ("hft_flow_" + std::to_string(getpid()) + ".pcap"))
          .string();
  synth::Options synthetic;
  synthetic.messages = 20'000;
  synthetic.instruments = 8;
  synthetic.halts = 0;
  synthetic.overwrite = true;
  const synth::Summary made = synth::generate(synthetic, path);
  CoreOptions options = small_options();
  options.symbols.clear();
  for (char letter = 'B'; letter < 'B' + 8; ++letter)
    options.symbols.push_back(std::string("AAA") + letter);
  options.flow.capture = path;
  options.flow.rate = 1e6;
  ExchangeCore core(options, start_ns);
  for (std::uint64_t time_ns = start_ns; core.next_due_ns() != ~std::uint64_t{0};)
    core.advance(time_ns += ms);
  // Alone in the market its orders meet as they did in the capture.
  EXPECT_EQ(core.live_orders(), made.live_orders);
  EXPECT_EQ(core.counters().trades, made.count('E') + made.count('C'));
  std::uint64_t refused = 0;
  EXPECT_EQ(digest_by_feed(core, &refused), core.digest());
  EXPECT_EQ(refused, 0U);
  options.symbols = {"NONE"};
  EXPECT_THROW(ExchangeCore(options, start_ns), Error);
  std::filesystem::remove(path);
}

TEST(exchange_core, cancels_on_disconnect_where_it_is_set) {
  CoreOptions options = small_options();
  options.accounts[0].terms.cancel_on_disconnect = true;
  ExchangeCore core(options, start_ns);
  for (std::uint32_t account : {0U, 1U})
    core.message(account, bytes_of(order(1, 'B', 10, 1'000'000)), start_ns + ms);
  EXPECT_TRUE(core.disconnected(0, start_ns + 2 * ms));
  EXPECT_FALSE(core.disconnected(0, start_ns + 2 * ms));  // nothing is left
  EXPECT_FALSE(core.disconnected(1, start_ns + 2 * ms));
  EXPECT_EQ(core.live_orders(), 1U);
  EXPECT_EQ(core.account(0).stream().count(), 3U);  // start of day, accepted, cancelled
}

TEST(exchange_core, the_day_follows_its_schedule) {
  CoreOptions options = small_options();
  options.open_in_quotation = true;
  options.open_after_ns = 10 * ms;
  options.schedule = {{30 * ms, DayAction::halt, 2},
                      {10 * ms, DayAction::indicate_opening, 1},
                      {20 * ms, DayAction::cross_opening, 0},
                      {40 * ms, DayAction::close, 0}};
  ExchangeCore core(options, start_ns);
  EXPECT_EQ(core.feed().messages(), 0U);
  EXPECT_EQ(core.next_due_ns(), start_ns + 10 * ms);
  core.message(0, bytes_of(order(1, 'B', 10, 1'000'000)), start_ns);
  EXPECT_EQ(core.counters().rejected, 1U);  // not open yet
  core.advance(start_ns + 10 * ms);
  EXPECT_EQ(core.feed().count('R'), 3U);
  core.message(0, bytes_of(order(2, 'B', 10, 1'010'000)), start_ns + 11 * ms);
  core.message(1, bytes_of(order(1, 'S', 10, 1'000'000)), start_ns + 11 * ms);
  EXPECT_EQ(core.counters().trades, 0U);  // they meet, and wait for the cross
  core.advance(start_ns + 20 * ms);
  EXPECT_EQ(core.feed().count('I'), 1U);
  EXPECT_EQ(core.counters().trades, 0U);
  core.advance(start_ns + 30 * ms);
  EXPECT_EQ(core.counters().trades, 1U);
  EXPECT_EQ(core.feed().count('Q'), 3U);
  core.advance(start_ns + 40 * ms);
  core.message(0, bytes_of(order(3, 'B', 10, 1'000'000, "MSFT    ")), start_ns + 41 * ms);
  EXPECT_EQ(core.counters().rejected, 2U);  // halted
  core.message(0, bytes_of(order(4, 'B', 10, 1'000'000)), start_ns + 42 * ms);
  EXPECT_EQ(core.live_orders(), 1U);
  core.advance(start_ns + 50 * ms);
  EXPECT_EQ(core.live_orders(), 0U);  // an order of the day
  EXPECT_EQ(core.next_due_ns(), ~std::uint64_t{0});
  std::uint64_t refused = 0;
  EXPECT_EQ(digest_by_feed(core, &refused), core.digest());
  EXPECT_EQ(refused, 0U);
}

TEST(exchange_core, refuses_options_with_a_remedy) {
  const auto problem = [](auto&& change) {
    CoreOptions options = small_options();
    change(options);
    try {
      ExchangeCore core(options, start_ns);
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_NE(problem([](auto& o) { o.symbols = {"AAPL", "AAPL"}; }).find("AAPL"), std::string::npos);
  EXPECT_NE(problem([](auto& o) { o.symbols = {"TOOLONGNAME"}; }), "");
  EXPECT_NE(problem([](auto& o) { o.symbols.clear(); }), "");
  EXPECT_NE(problem([](auto& o) { o.session = "ELEVENCHARS"; }), "");
  EXPECT_NE(problem([](auto& o) { o.flow.rate = -1; }), "");
  EXPECT_NE(problem([](auto& o) { o.flow.capture = "/nowhere.pcap"; }), "");
}

class InputLogTest : public testing::Test {
 protected:
  InputLogTest() {
    path_ = (std::filesystem::temp_directory_path() /
             ("hft_input_log_" + std::to_string(getpid()) + ".state"))
                .string();
    std::filesystem::remove(path_);
  }
  ~InputLogTest() override { std::filesystem::remove(path_); }

  InputLogHeader header(std::uint64_t hash = 1) {
    InputLogHeader out{};
    out.start_ns = start_ns;
    out.options_hash = hash;
    return out;
  }
  /// What the file has, as text, and how many are of the last batch.
  std::vector<std::string> recovered(std::size_t* of_last = nullptr, std::uint64_t* cut = nullptr) {
    InputLog log(path_, header(), false);
    std::vector<std::string> out;
    std::size_t last = 0;
    log.recover([&](const LoggedInput& input, bool is_last) {
      out.push_back(
          std::to_string(input.time_ns) + ":" + std::to_string(input.account) + ":" +
          std::string(reinterpret_cast<const char*>(input.payload.data()), input.payload.size()));
      last += is_last;
    });
    if (of_last != nullptr) *of_last = last;
    if (cut != nullptr) *cut = log.cut_bytes();
    return out;
  }
  static void append(InputLog& log, std::uint64_t time_ns, const std::string& payload) {
    log.append(time_ns, InputKind::message, 3, std::as_bytes(std::span(payload)));
  }

  std::string path_;
};

TEST_F(InputLogTest, gives_back_what_was_flushed) {
  {
    InputLog log(path_, header(), false);
    EXPECT_TRUE(log.is_new());
    log.recover([](const LoggedInput&, bool) { FAIL(); });
    append(log, 1, "one");
    append(log, 2, "");
    log.flush();
    append(log, 3, "three");
    log.flush();
    append(log, 4, "never written");
  }
  std::size_t of_last = 0;
  EXPECT_EQ(recovered(&of_last), (std::vector<std::string>{"1:3:one", "2:3:", "3:3:three"}));
  EXPECT_EQ(of_last, 1U);
}

TEST_F(InputLogTest, a_batch_torn_anywhere_is_cut_off_and_the_rest_stays) {
  {
    InputLog log(path_, header(), false);
    log.recover([](const LoggedInput&, bool) {});
    append(log, 1, "whole");
    log.flush();
    append(log, 2, "torn");
    append(log, 3, "with it");
    log.flush();
  }
  std::ifstream file(path_, std::ios::binary);
  const std::string all((std::istreambuf_iterator<char>(file)), {});
  const std::size_t first = sizeof(InputLogHeader) + sizeof(BatchHeader) + sizeof(EntryHeader) + 5;
  for (std::size_t size = first; size < all.size(); ++size) {
    std::ofstream(path_, std::ios::binary | std::ios::trunc) << all.substr(0, size);
    std::uint64_t cut = 0;
    EXPECT_EQ(recovered(nullptr, &cut), (std::vector<std::string>{"1:3:whole"})) << size;
    EXPECT_EQ(cut, size - first);
    EXPECT_EQ(std::filesystem::file_size(path_), first);  // and can be appended to
  }
  for (std::size_t at = first; at < all.size(); ++at) {
    std::string harmed = all;
    harmed[at] = static_cast<char>(harmed[at] ^ 0x10);
    std::ofstream(path_, std::ios::binary | std::ios::trunc) << harmed;
    const auto found = recovered();
    // The header's reserved bytes mean nothing.
    if (at >= first + 4 && at < first + 8) continue;
    EXPECT_EQ(found, (std::vector<std::string>{"1:3:whole"})) << at;
  }
}

TEST_F(InputLogTest, refuses_what_is_not_its_own) {
  {
    InputLog log(path_, header(), false);
    EXPECT_THROW(InputLog(path_, header(), false), Error);  // open twice
  }
  EXPECT_THROW(InputLog(path_, header(2), false), Error);  // of other options
  std::ofstream(path_, std::ios::binary | std::ios::trunc) << std::string(100, 'x');
  EXPECT_THROW(InputLog(path_, header(), false), Error);
  EXPECT_THROW(InputLog("/nowhere/x.state", header(), false), Error);
}

}  // namespace
}  // namespace hft::engine::exchange
