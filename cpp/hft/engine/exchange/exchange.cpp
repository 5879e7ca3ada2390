#include "hft/engine/exchange/exchange.hpp"

#include <algorithm>
#include <ctime>

#include "hft/base/clock.hpp"
#include "hft/base/error.hpp"

namespace hft::engine::exchange {

namespace {

constexpr std::uint64_t ns_per_ms = 1'000'000;
constexpr std::size_t read_bytes = 65'536;  // of a client in one turn

/// Names and passwords are told apart without regard to case, as SoupBinTCP demands.
bool same(std::string_view a, std::string_view b) noexcept {
  const auto lower = [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

InputLogHeader header_of(const CoreOptions& options, std::uint64_t start_ns) {
  InputLogHeader header{};
  header.start_ns = start_ns;
  header.options_hash = options_hash(options);
  std::copy_n(options.session.begin(), std::min(options.session.size(), header.session.size()),
              header.session.begin());
  return header;
}

std::string text_of(const Alpha<10>& session) {
  return std::string(session.data(), std::find(session.begin(), session.end(), '\0'));
}

void check(const ExchangeOptions& options) {
  if (options.core.accounts.empty())
    throw Error("exchange: accounts", "there are none", "give at least one");
  if (options.lines.size() > 8)
    throw Error("exchange: feed lines", "there are more than 8", "two are usual");
  for (std::size_t k = 0; k < options.core.accounts.size(); ++k) {
    const venue::AccountTerms& terms = options.core.accounts[k].terms;
    if (terms.user.empty() || terms.user.size() > 6 || terms.password.size() > 10)
      throw Error("exchange: account '" + terms.user + "'", "its name or password is too long",
                  "SoupBinTCP has 6 characters for a name and 10 for a password");
    for (std::size_t n = 0; n < k; ++n)
      if (same(terms.user, options.core.accounts[n].terms.user))
        throw Error("exchange: account '" + terms.user + "'", "comes twice",
                    "give each its own name");
  }
}

}  // namespace

/// Bound to one client for one call of bytes_in().
struct Exchange::Host {
  Exchange& exchange;
  Client& client;
  std::uint64_t now_ns;

  venue::SoupbinAnswer login(const venue::SoupbinLogin& request) {
    return exchange.login(client, request, now_ns);
  }
  bool message(std::span<const std::byte> message) {
    exchange.log(now_ns, InputKind::message, client.account, message);
    return exchange.core_->message(client.account, message, now_ns);
  }
};

Exchange::Exchange(const ExchangeOptions& options)
    : options_((check(options), options)), listener_(options.order_address), room_(read_bytes) {
  open_lines();
  const std::uint64_t start_ns = time_ns();
  // By default the second of the start: another run is another session, and nobody mixes the two.
  if (options_.core.session.empty()) {
    options_.core.session = std::to_string(start_ns / 1'000'000'000 % 10'000'000'000);
  }
  logins_.resize(options_.core.accounts.size());
  if (options_.state_file.empty()) {
    core_ = std::make_unique<ExchangeCore>(options_.core, start_ns);
  } else {
    log_.emplace(options_.state_file, header_of(options_.core, start_ns), options_.sync_state);
    options_.core.session = text_of(log_->header().session);
    core_ = std::make_unique<ExchangeCore>(options_.core, log_->header().start_ns);
    recover();
  }
}

Exchange::~Exchange() = default;

void Exchange::open_lines() {
  std::uint64_t number = 0;
  for (const LineOptions& line : options_.lines) {
    net::UdpSenderOptions sender;
    sender.destination = line.destination;
    sender.interface = options_.interface;
    lines_.push_back({net::UdpSender(sender), synth::Random(options_.core.flow.seed, 100 + number),
                      synth::chance_threshold(line.loss)});
    ++number;
  }
}

void Exchange::recover() {
  std::uint64_t published = 0;  // for sure
  std::uint64_t inputs = 0;
  bool seen_last = false;
  log_->recover([&](const LoggedInput& input, bool is_last) {
    // A first batch was published together with the opening of the day.
    if (is_last && !seen_last && inputs > 0) published = core_->feed().messages();
    seen_last = is_last;
    ++inputs;
    last_ns_ = std::max(last_ns_, input.time_ns);
    switch (input.kind) {
      case InputKind::time: core_->advance(input.time_ns); break;
      case InputKind::message: core_->message(input.account, input.payload, input.time_ns); break;
      case InputKind::disconnect: core_->disconnected(input.account, input.time_ns); break;
      case InputKind::none: break;
    }
  });
  counted_.recovered_inputs = log_->inputs();
  // All before the last batch was published; of that one nobody knows. Receivers leave out what
  // they have.
  core_->feed().hand_out_from(published + 1);
  const std::uint64_t now_ns = time_ns();
  for (std::uint32_t account = 0; account < core_->accounts(); ++account) {
    if (!core_->has_to_cancel(account)) continue;  // its connection ended with the process
    log(now_ns, InputKind::disconnect, account);
    core_->disconnected(account, now_ns);
  }
}

std::uint64_t Exchange::time_ns() {
  const std::uint64_t now_ns = options_.clock ? options_.clock() : system_ns(CLOCK_REALTIME);
  last_ns_ = std::max(last_ns_, now_ns);
  return last_ns_;
}

void Exchange::run() {
  while (!stop_.load(std::memory_order_relaxed)) turn(100 * ns_per_ms);
  finish();
}

void Exchange::turn(std::uint64_t wait_ns) {
  wait(wait_ns);
  const std::uint64_t now_ns = time_ns();
  accept_clients(now_ns);
  do_due(now_ns);
  read_clients(now_ns);
  reap(now_ns);
  flush_log();
  publish(now_ns);
  serve_clients(now_ns);
  core_->reserve();
}

void Exchange::wait(std::uint64_t wait_ns) {
  polled_.clear();
  polled_.push_back({listener_.fd(), POLLIN, 0});
  for (const auto& client : clients_) {
    const bool waiting = !client->soup.output().empty();
    polled_.push_back(
        {client->stream.fd(), static_cast<short>(waiting ? POLLIN | POLLOUT : POLLIN), 0});
  }
  const std::uint64_t due_ns = core_->next_due_ns();
  const std::uint64_t now_ns = time_ns();
  const bool hurry = options_.busy || due_ns <= now_ns || core_->feed().has_waiting();
  wait_ns = hurry ? 0 : std::min(wait_ns, due_ns - now_ns);
  const timespec timeout{static_cast<time_t>(wait_ns / 1'000'000'000),
                         static_cast<long>(wait_ns % 1'000'000'000)};
  ppoll(polled_.data(), polled_.size(), &timeout, nullptr);
}

void Exchange::accept_clients(std::uint64_t now_ns) {
  if ((polled_[0].revents & POLLIN) == 0) return;
  net::TcpStream stream;
  while (listener_.accept(stream) == net::AcceptVerdict::accepted) {
    ++counted_.connections;
    if (clients_.size() >= options_.max_clients) {
      ++counted_.refused_connections;
      stream.close();
      continue;
    }
    clients_.push_back(std::make_unique<Client>(
        Client{std::move(stream), venue::SoupbinServer(options_.limits, now_ns)}));
  }
}

void Exchange::read_clients(std::uint64_t now_ns) {
  // Those accepted in this turn are not polled yet.
  for (std::size_t k = 0; k + 1 < polled_.size(); ++k)
    if ((polled_[k + 1].revents & ~POLLOUT) != 0) read_client(*clients_[k], now_ns);
}

void Exchange::read_client(Client& client, std::uint64_t now_ns) {
  if (client.soup.end() != venue::ClientEnd::open) return;
  const net::IoResult got = client.stream.read(room_);
  if (got.verdict == net::IoVerdict::closed) client.soup.close(venue::ClientEnd::disconnected);
  if (got.verdict != net::IoVerdict::done) return;
  client.soup.bytes_in(std::span(room_).first(got.count), now_ns, Host{*this, client, now_ns});
}

venue::SoupbinAnswer Exchange::login(Client& client, const venue::SoupbinLogin& request,
                                     std::uint64_t now_ns) {
  const auto& accounts = options_.core.accounts;
  const auto found = std::find_if(accounts.begin(), accounts.end(), [&](const auto& account) {
    return same(account.terms.user, request.user) && same(account.terms.password, request.password);
  });
  if (found == accounts.end()) return {nullptr, venue::ClientEnd::not_authorised, {}};
  const std::string& session = options_.core.session;
  if (!request.session.empty() && !same(request.session, session))
    return {nullptr, venue::ClientEnd::no_session, {}};
  const auto account = static_cast<std::uint32_t>(found - accounts.begin());
  venue::SoupbinAnswer answer{&core_->account(account).stream(), venue::ClientEnd::open, {}};
  if (request.sequence_number > answer.stream->count() + 1) return answer;  // the server rejects it
  // The newest connection counts: the older one is most likely dead and does not know it.
  for (const auto& other : clients_) {
    if (other.get() == &client || other->account != account) continue;
    other->soup.close(venue::ClientEnd::superseded);
    leave(*other, now_ns);
  }
  client.account = account;
  ++logins_[account];
  answer.session.fill(' ');
  std::copy(session.begin(), session.end(),
            answer.session.end() - static_cast<std::ptrdiff_t>(session.size()));
  return answer;
}

void Exchange::do_due(std::uint64_t now_ns) {
  if (core_->next_due_ns() > now_ns) return;
  log(now_ns, InputKind::time, 0);
  core_->advance(now_ns);
}

void Exchange::log(std::uint64_t now_ns, InputKind kind, std::uint32_t account,
                   std::span<const std::byte> payload) {
  if (log_) log_->append(now_ns, kind, account, payload);
}

void Exchange::flush_log() {
  if (log_) log_->flush();
}

void Exchange::publish(std::uint64_t now_ns) {
  venue::FeedPublisher& feed = core_->feed();
  for (auto packet = feed.next_packet(now_ns); !packet.empty(); packet = feed.next_packet(now_ns)) {
    ++counted_.feed_packets;
    send(packet);
  }
  if (const auto heartbeat = feed.heartbeat(now_ns); !heartbeat.empty()) send(heartbeat);
}

void Exchange::send(std::span<const std::byte> packet) {
  for (Line& line : lines_) {
    if (line.loss != 0 && line.random.chance(line.loss)) {
      ++line.lost;
      continue;
    }
    net::IoResult sent = line.sender.send(packet);
    for (int attempt = 0; sent.verdict == net::IoVerdict::would_block && attempt < 100; ++attempt) {
      pollfd room{line.sender.fd(), POLLOUT, 0};
      poll(&room, 1, 1);
      sent = line.sender.send(packet);
    }
    if (sent.verdict != net::IoVerdict::done) ++counted_.packets_refused;
  }
}

void Exchange::serve_clients(std::uint64_t now_ns) {
  for (const auto& client : clients_) {
    client->soup.on_time(now_ns);
    write_client(*client, now_ns);
  }
  reap(now_ns);  // which may cancel orders: written down and said in the next turn
}

void Exchange::write_client(Client& client, std::uint64_t now_ns) {
  for (auto waiting = client.soup.output(); !waiting.empty(); waiting = client.soup.output()) {
    const net::IoResult sent = client.stream.write(waiting);
    if (sent.verdict == net::IoVerdict::would_block) return;
    if (sent.verdict == net::IoVerdict::closed) {
      client.soup.close(venue::ClientEnd::disconnected);
      client.stream.close();
      return;
    }
    client.soup.sent(sent.count, now_ns);
  }
}

void Exchange::reap(std::uint64_t now_ns) {
  std::erase_if(clients_, [&](const std::unique_ptr<Client>& client) {
    if (client->soup.end() == venue::ClientEnd::open) return false;
    if (client->stream.is_open()) write_client(*client, now_ns);  // a rejection, or Z
    leave(*client, now_ns);
    ++counted_.ends[static_cast<std::size_t>(client->soup.end())];
    return true;
  });
}

void Exchange::leave(Client& client, std::uint64_t now_ns) {
  if (client.account == no_account) return;
  const std::uint32_t account = std::exchange(client.account, no_account);
  if (!core_->has_to_cancel(account)) return;
  log(now_ns, InputKind::disconnect, account);
  core_->disconnected(account, now_ns);
}

void Exchange::finish() {
  if (std::exchange(finished_, true)) return;
  flush_log();
  if (log_) return;  // to be continued
  std::uint64_t now_ns = time_ns();
  core_->end_day(now_ns);
  publish(now_ns);
  for (const auto& client : clients_) client->soup.end_session();
  for (int round = 0; round < 10 && !clients_.empty(); ++round) {
    now_ns = time_ns();
    for (const auto& client : clients_) write_client(*client, now_ns);
    std::erase_if(clients_, [&](const std::unique_ptr<Client>& client) {
      if (!client->soup.is_finished()) return false;
      ++counted_.ends[static_cast<std::size_t>(client->soup.end())];
      return true;
    });
    if (!clients_.empty()) wait(10 * ns_per_ms);
  }
  for (int copy = 0; copy < 3; ++copy) send(core_->feed().end_of_session());
}

ExchangeSummary Exchange::summary() const {
  ExchangeSummary out = counted_;
  out.core = core_->counters();
  for (std::uint32_t k = 0; k < core_->accounts(); ++k) {
    const venue::OrderEntry& entry = core_->account(k);
    const bool connected = std::any_of(clients_.begin(), clients_.end(),
                                       [k](const auto& client) { return client->account == k; });
    out.accounts.push_back({entry.terms().user, logins_[k], entry.count(venue::EntryVerdict::input),
                            entry.count(venue::EntryVerdict::answered),
                            entry.count(venue::EntryVerdict::ignored), entry.stream().count(),
                            connected});
  }
  out.feed_messages = core_->feed().messages();
  for (const Line& line : lines_) out.packets_lost.push_back(line.lost);
  out.live_orders = core_->live_orders();
  out.digest = core_->digest();
  out.logged_inputs = log_ ? log_->inputs() : 0;
  return out;
}

}  // namespace hft::engine::exchange
