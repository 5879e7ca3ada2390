// Any bytes of two clients, one of each protocol: the exchange does not crash, what it says are
// messages of the protocol, its open orders are those that order entry knows of, no book that
// trades stays crossed, and its feed rebuilds exactly its books.
//
// An input is a run of steps: raw bytes of a client, a message in its envelope, an order made of a
// few bytes so that matches are common, or time that passes (orders expire, halts and crosses
// come).
#include <sys/prctl.h>

#include <cstdlib>
#include <cstring>
#include <memory>
#include <vector>

#include "hft/book/map_book.hpp"
#include "hft/engine/exchange/core.hpp"
#include "hft/feed/itch50/message_decoder.hpp"
#include "hft/venue/soupbin_server.hpp"
#include "hft/wire/ouch42.hpp"
#include "hft/wire/ouch50.hpp"

namespace {

using namespace hft;
using namespace hft::engine::exchange;

constexpr std::uint64_t start_ns = 1'795'364'000'000'000'000;
constexpr std::uint64_t second = 1'000'000'000;
constexpr std::uint32_t clients = 2;

void require(bool holds) {
  if (!holds) std::abort();
}

CoreOptions options() {
  CoreOptions out;
  out.symbols = {"AAPL", "MSFT"};
  out.session = "1795364000";
  for (const Protocol protocol : {Protocol::ouch50, Protocol::ouch42}) {
    AccountOptions account;
    account.terms.user = "user";
    account.terms.firm = {'H', 'F', 'T', 'X'};
    account.protocol = protocol;
    account.terms.cancel_on_disconnect = protocol == Protocol::ouch42;
    account.terms.self_match =
        protocol == Protocol::ouch42 ? venue::SelfMatch::decrement_both : venue::SelfMatch::allow;
    out.accounts.push_back(account);
  }
  out.schedule = {
      {2 * second, DayAction::halt, 1},          {3 * second, DayAction::resume, 0},
      {4 * second, DayAction::quote, 0},         {6 * second, DayAction::freeze_opening, 0},
      {7 * second, DayAction::cross_opening, 0}, {9 * second, DayAction::quote, 1},
      {10 * second, DayAction::resume, 0},       {12 * second, DayAction::pause, 2},
      {13 * second, DayAction::resume, 0},       {14 * second, DayAction::cross_closing, 0},
      {20 * second, DayAction::close, 0}};
  out.max_orders = 64;
  out.expected_orders = 16;
  return out;
}

/// Takes bytes off the input; zeros at its end.
class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}
  bool is_empty() const { return size_ == 0; }
  std::uint8_t byte() {
    if (size_ == 0) return 0;
    --size_;
    return *data_++;
  }
  std::span<const std::byte> bytes(std::size_t count) {
    count = std::min(count, size_);
    const auto out = std::as_bytes(std::span(data_, count));
    data_ += count;
    size_ -= count;
    return out;
  }

 private:
  const std::uint8_t* data_;
  std::size_t size_;
};

template <class Message>
std::vector<std::byte> packet_of(const Message& message) {
  std::vector<std::byte> out(3 + sizeof message);
  out[1] = static_cast<std::byte>(1 + sizeof message);
  out[2] = std::byte{'U'};
  std::memcpy(out.data() + 3, &message, sizeof message);
  return out;
}

Alpha<8> symbol_of(std::uint8_t choice) {
  return (choice & 1) == 0 ? Alpha<8>{'A', 'A', 'P', 'L', ' ', ' ', ' ', ' '}
                           : Alpha<8>{'M', 'S', 'F', 'T', ' ', ' ', ' ', ' '};
}

class World {
 public:
  World() {
    for (std::uint32_t k = 0; k < clients; ++k) connect(k);
  }

  void step(Input& input) {
    const std::uint8_t what = input.byte();
    const std::uint32_t client = what >> 2 & 1;
    switch (what & 3) {
      case 0: return receive(client, input.bytes(input.byte()));
      case 1: return enveloped(client, input);
      case 2: return pass(input.byte() * (second / 16), client, (what & 8) != 0);
      default: return (what & 16) != 0 ? login(client, input.byte()) : order(client, input);
    }
  }

  void check() {
    check_counts();
    check_feed();
    for (std::uint32_t k = 1; k <= 2; ++k) check_book(k);
    for (std::uint32_t k = 0; k < clients; ++k) check_stream(k);
  }

 private:
  struct Host {
    World& world;
    std::uint32_t client;
    venue::SoupbinAnswer login(const venue::SoupbinLogin& request) {
      if (request.password != "p") return {nullptr, venue::ClientEnd::not_authorised, {}};
      return {&world.core_.account(client).stream(), venue::ClientEnd::open, {}};
    }
    bool message(std::span<const std::byte> message) {
      return world.core_.message(client, message, world.now_ns_);
    }
  };

  void connect(std::uint32_t client) {
    servers_[client] = std::make_unique<venue::SoupbinServer>(limits_, now_ns_);
  }

  void receive(std::uint32_t client, std::span<const std::byte> bytes) {
    // An exact copy: a read beyond it is found.
    const std::vector<std::byte> exact(bytes.begin(), bytes.end());
    servers_[client]->bytes_in(exact, now_ns_, Host{*this, client});
    settle(client);
  }

  void settle(std::uint32_t client) {
    if (servers_[client]->end() == venue::ClientEnd::open) return;
    drain(client);
    core_.disconnected(client, now_ns_);
    connect(client);
  }

  void drain(std::uint32_t client) {
    auto& server = *servers_[client];
    for (auto out = server.output(); !out.empty(); out = server.output())
      server.sent(std::min<std::size_t>(out.size(), 100), now_ns_);
  }

  void login(std::uint32_t client, std::uint8_t number) {
    wire::soupbintcp::LoginRequest request{};
    request.packet_length = std::uint16_t{sizeof request - 2};
    request.packet_type = 'L';
    request.username.fill(' ');
    request.password.fill(' ');
    request.password[0] = 'p';
    request.requested_session.fill(' ');
    request.requested_sequence_number.fill(' ');
    request.requested_sequence_number[19] = static_cast<char>('0' + number % 10);
    receive(client, std::as_bytes(std::span(&request, 1)));
  }

  void enveloped(std::uint32_t client, Input& input) {
    const auto payload = input.bytes(input.byte());
    std::vector<std::byte> packet(3 + payload.size());
    packet[0] = static_cast<std::byte>((1 + payload.size()) >> 8);
    packet[1] = static_cast<std::byte>(1 + payload.size());
    packet[2] = std::byte{'U'};
    std::copy(payload.begin(), payload.end(), packet.begin() + 3);
    receive(client, packet);
  }

  void pass(std::uint64_t ns, std::uint32_t client, bool reads) {
    now_ns_ += ns;
    core_.advance(now_ns_);
    core_.reserve();
    if (reads) drain(client);
    for (std::uint32_t k = 0; k < clients; ++k) {
      servers_[k]->on_time(now_ns_);
      settle(k);
    }
  }

  void order(std::uint32_t client, Input& input) {
    const std::uint8_t kind = input.byte(), terms = input.byte(), size = input.byte();
    client == 0 ? order_50(kind, terms, size) : order_42(kind, terms, size);
  }

  void order_50(std::uint8_t kind, std::uint8_t terms, std::uint8_t size) {
    namespace in = wire::ouch50::inbound;
    const std::uint32_t older = number_ > size % 8U ? number_ - size % 8U : 1;
    if ((kind & 3) == 1) {
      in::CancelOrder out{'X', {}, {}};
      out.user_ref_num = older;
      out.shares = terms % 32U;
      return receive(0, packet_of(out));
    }
    if ((kind & 7) == 6) {
      in::ModifyOrder out{'M', {}, "BSTE" [kind >> 4 & 3], {}};
      out.user_ref_num = older;
      out.shares = terms % 64U;
      return receive(0, packet_of(out));
    }
    if ((kind & 3) == 2) {
      in::ReplaceOrder out{};
      out.message_type = 'U';
      out.orig_user_ref_num = older;
      out.user_ref_num = ++number_;
      out.shares = terms % 64U;
      out.price = std::uint64_t{1'000'000} + 100U * (terms >> 4);
      out.time_in_force = "0035"[kind >> 3 & 3];
      out.display = "YYN?"[kind >> 5 & 3];
      return receive(0, packet_of(out));
    }
    in::EnterOrder out{};
    out.message_type = 'O';
    out.user_ref_num = ++number_;
    out.side = "BSTB"[kind >> 2 & 3];
    out.shares = 1U + size;
    out.symbol = symbol_of(terms);
    out.price = std::uint64_t{1'000'000} + 100U * (terms >> 5);
    out.time_in_force = "0035"[kind >> 4 & 3];
    out.display = "YYN?"[kind >> 6 & 3];
    out.capacity = 'P';
    out.cross_type = "NNNNNNOC"[terms >> 1 & 7];
    receive(0, packet_of(out));
  }

  void order_42(std::uint8_t kind, std::uint8_t terms, std::uint8_t size) {
    namespace in = wire::ouch42::inbound;
    const auto token = [](std::uint32_t number) {
      wire::ouch42::Token out;
      out.fill(' ');
      std::memcpy(out.data(), &number, sizeof number);
      return out;
    };
    const std::uint32_t older = number_ > size % 8U ? number_ - size % 8U : 1;
    if ((kind & 3) == 1) {
      in::CancelOrder out{'X', token(older), {}};
      out.shares = terms % 32U;
      return receive(1, packet_of(out));
    }
    if ((kind & 3) == 2) {
      in::ReplaceOrder out{};
      out.message_type = 'U';
      out.existing_order_token = token(older);
      out.replacement_order_token = token(++number_);
      out.shares = terms % 64U;
      out.price = 1'000'000U + 100U * (terms >> 4);
      out.time_in_force = kind >> 3 & 3;
      out.display = "YYNP"[kind >> 5 & 3];
      return receive(1, packet_of(out));
    }
    in::EnterOrder out{};
    out.message_type = 'O';
    out.order_token = token(++number_);
    out.buy_sell_indicator = "BSTB"[kind >> 2 & 3];
    out.shares = 1U + size;
    out.stock = symbol_of(terms);
    out.price = 1'000'000U + 100U * (terms >> 5);
    out.time_in_force = (kind >> 4 & 3) == 0 ? 99'998U : kind >> 4 & 3U;
    out.firm = {' ', ' ', ' ', ' '};
    out.display = "YYNP"[kind >> 6 & 3];
    out.cross_type = "NNNNNNOC"[terms >> 1 & 7];
    receive(1, packet_of(out));
  }

  void check_counts() const {
    std::uint64_t open = 0;
    for (std::uint32_t k = 0; k < clients; ++k) {
      const auto& entry = core_.account(k);
      for (auto token = entry.next_live(0, venue::no_instrument); token != 0;
           token = entry.next_live(token, venue::no_instrument))
        ++open;
    }
    require(open == core_.live_orders());
  }

  void check_feed() {
    book::MapBookSet books({.max_orders = 1000, .max_instruments = 4});
    feed::itch50::Context context{0, 0, 1, 0, record::Venue::xnas, 0};
    std::uint64_t place = 0;
    const auto& store = core_.feed().store();
    for (auto rest = store.read(place); !rest.empty(); rest = store.read(place)) {
      place += rest.size();
      while (!rest.empty()) {
        const std::size_t length = reinterpret_cast<const Be16&>(rest[0]);
        std::array<record::Record, 2> records;
        const auto made = feed::itch50::decode(rest.subspan(2, length), context, records.data());
        require(made.verdict == feed::itch50::Verdict::records ||
                made.verdict == feed::itch50::Verdict::ignored);
        books.apply(std::span(records).first(made.records), [](const record::Touch&) {});
        ++context.sequence_number;
        rest = rest.subspan(2 + length);
      }
    }
    for (std::size_t k = 1; k < books.verdict_counts().size(); ++k)
      require(books.verdict_counts()[k] == 0);
    require(books.digest() == core_.digest());
  }

  void check_book(std::uint32_t instrument) {
    std::int64_t best[2] = {0, 0};
    for (const auto side : {record::Side::bid, record::Side::ask})
      core_.for_each_order(instrument, side, [&](const venue::RestingOrder& order) {
        require(order.open > 0 && order.shown <= order.open);
        auto& price = best[side == record::Side::ask];
        if (price == 0) price = order.price;
      });
    if (core_.state(instrument) == venue::TradingState::trading && best[0] != 0 && best[1] != 0)
      require(best[0] < best[1]);
  }

  void check_stream(std::uint32_t client) {
    std::uint64_t place = 0;
    const auto& store = core_.account(client).stream();
    for (auto rest = store.read(place); !rest.empty(); rest = store.read(place)) {
      place += rest.size();
      while (!rest.empty()) {
        const std::size_t length = reinterpret_cast<const Be16&>(rest[0]);
        require(static_cast<char>(rest[2]) == 'S' && length > 1);
        require(client == 0 ? is_known<true>(rest.subspan(3, length - 1))
                            : is_known<false>(rest.subspan(3, length - 1)));
        rest = rest.subspan(2 + length);
      }
    }
  }

  template <bool is_50>
  static bool is_known(std::span<const std::byte> message) {
    bool known = false;
    const auto one = [&]<class Message>() {
      if (static_cast<char>(message[0]) != Message::tag) return;
      known = message.size() == sizeof(Message) || (is_50 && message.size() > sizeof(Message));
    };
    if constexpr (is_50)
      wire::ouch50::for_each_outbound(one);
    else
      wire::ouch42::for_each_outbound(one);
    return known;
  }

  venue::SoupbinLimits limits_ = [] {
    venue::SoupbinLimits limits;
    limits.packet_bytes = 512;
    limits.backlog_bytes = 4096;
    return limits;
  }();
  ExchangeCore core_{options(), start_ns};
  std::unique_ptr<venue::SoupbinServer> servers_[clients];
  std::uint64_t now_ns_ = start_ns;
  std::uint32_t number_ = 0;
};

}  // namespace

/// An exchange maps memory that it hardly touches here: with huge pages, zeroing it took most of
/// the time of an input.
extern "C" int LLVMFuzzerInitialize(int*, char***) {
  prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0);
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input(data, std::min<std::size_t>(size, 4096));
  World world;
  while (!input.is_empty()) world.step(input);
  world.check();
  return 0;
}
