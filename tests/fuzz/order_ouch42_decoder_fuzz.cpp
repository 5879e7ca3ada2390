// Any bytes as a message of OUCH 4.2 (first byte even), or as commands (odd): the decoder gives a
// verdict and reads nothing outside them; a command that can be written depends on nothing before
// it, and when the venue accepts it the report says what the command said.
#include "hft/order/ouch42/decoder.hpp"
#include "hft/order/ouch42/encoder.hpp"
#include "order_fuzz.hpp"

namespace {

using namespace hft;
using namespace hft::order::fuzz;
namespace ouch = wire::ouch42;

std::uint32_t id_of(const ouch::Token& token) {
  return order::ouch42::client_order_id_of(token, config.desk);
}

void check_entered(const record::OrderCommand& command, std::span<const std::byte> message) {
  const auto in = read<ouch::inbound::EnterOrder>(message);
  require(message.size() == sizeof in);
  ouch::outbound::Accepted answer{};
  answer.message_type = ouch::outbound::Accepted::tag;
  answer.order_token = in.order_token;
  answer.buy_sell_indicator = in.buy_sell_indicator;
  answer.shares = in.shares;
  answer.stock = in.stock;
  answer.price = in.price;
  record::OrderReport report{};
  const auto bytes = std::as_bytes(std::span(&answer, 1));
  check_accepted(command, report, order::ouch42::decode(bytes, context(), report));
}

void check_command(order::ouch42::Encoder& encoder, const record::OrderCommand& command) {
  const auto packet = encode(encoder, command);
  if (packet.empty()) return;
  const auto message = message_of(packet);
  if (command.action == record::CommandAction::enter) return check_entered(command, message);
  if (command.action == record::CommandAction::replace) {
    const auto in = read<ouch::inbound::ReplaceOrder>(message);
    require(message.size() == sizeof in && in.shares == command.size);
    require(id_of(in.existing_order_token) == command.original_client_order_id);
    require(id_of(in.replacement_order_token) == command.client_order_id);
    return;
  }
  const auto in = read<ouch::inbound::CancelOrder>(message);
  require(message.size() == sizeof in && id_of(in.order_token) == command.client_order_id);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  auto input = std::as_bytes(std::span(data + 1, size - 1));
  if (data[0] % 2 == 0) {
    check_any_message(input, order::ouch42::decode);
    return 0;
  }
  order::ouch42::Encoder encoder(symbols(), config);
  do {
    check_command(encoder, command_of(input));
    input = input.subspan(std::min(input.size(), sizeof(record::OrderCommand)));
  } while (!input.empty());
  return 0;
}
