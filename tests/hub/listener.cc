#include "listener.h"

#include <sys/socket.h>

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <mutex>
#include <set>
#include <thread>

namespace swivel::hub_test {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;

std::string field(const http::request<http::empty_body>& request, http::field name) {
  const auto value = request[name];
  return std::string(value.data(), value.size());
}

std::string head_of(const Reply& reply) {
  std::string head = "HTTP/1.1 " + std::to_string(reply.status) + " Scripted\r\n";
  bool chunked = false;  // the body says its own length
  for (const auto& [name, value] : reply.headers) {
    head += name + ": " + value + "\r\n";
    chunked |= name == "Transfer-Encoding";
  }
  if (!chunked) {
    const size_t length = reply.content_length.value_or(reply.body.size());
    head += "Content-Length: " + std::to_string(length) + "\r\n";
  }
  return head + "\r\n";
}

}  // namespace

struct HubServer::Listener::State {
  std::function<Reply(const Request&)> answer;
  asio::io_context context;
  tcp::acceptor acceptor{context};
  std::atomic<bool> stopped{false};
  std::mutex mutex;
  std::set<int> open;  // connections, to be shut down at the end
  std::vector<std::thread> threads;

  void accept_all();
  void serve(tcp::socket socket);
  void rest(std::chrono::milliseconds time) const;
  bool send(tcp::socket& socket, const Request& request, const Reply& reply);
};

// Sleeps; not beyond the end of the server.
void HubServer::Listener::State::rest(std::chrono::milliseconds time) const {
  const auto end = std::chrono::steady_clock::now() + time;
  while (!stopped && std::chrono::steady_clock::now() < end)
    std::this_thread::sleep_for(std::min(time, std::chrono::milliseconds(20)));
}

// Returns whether the connection may go on.
bool HubServer::Listener::State::send(tcp::socket& socket, const Request& request,
                                      const Reply& reply) {
  boost::system::error_code error;
  rest(reply.delay);
  asio::write(socket, asio::buffer(head_of(reply)), error);
  if (request.method == "HEAD") return !error;
  const size_t end = std::min(reply.cut_after.value_or(reply.body.size()), reply.body.size());
  for (size_t at = 0; at < end && !error && !stopped; at += reply.piece) {
    const size_t count = std::min(reply.piece, end - at);
    asio::write(socket, asio::buffer(reply.body.data() + at, count), error);
    rest(reply.pause);
  }
  const bool honest =
      !reply.cut_after && (!reply.content_length || *reply.content_length == reply.body.size());
  return !error && honest;
}

void HubServer::Listener::State::serve(tcp::socket socket) {
  boost::beast::flat_buffer buffer;
  boost::system::error_code error;
  while (!stopped) {
    http::request<http::empty_body> message;
    http::read(socket, buffer, message, error);
    if (error) break;
    Request request;
    request.method = std::string(message.method_string());
    request.target = std::string(message.target());
    request.authorization = field(message, http::field::authorization);
    request.range = field(message, http::field::range);
    request.user_agent = field(message, http::field::user_agent);
    if (!send(socket, request, answer(request))) break;
  }
  const std::lock_guard lock(mutex);
  open.erase(socket.native_handle());
  socket.close(error);
}

void HubServer::Listener::State::accept_all() {
  while (!stopped) {
    boost::system::error_code error;
    tcp::socket socket(context);
    acceptor.accept(socket, error);
    if (error || stopped) return;
    const std::lock_guard lock(mutex);
    open.insert(socket.native_handle());
    threads.emplace_back([this, moved = std::move(socket)]() mutable { serve(std::move(moved)); });
  }
}

HubServer::Listener::Listener(const std::string& address,
                              std::function<Reply(const Request&)> answer)
    : state_(std::make_shared<State>()) {
  state_->answer = std::move(answer);
  const tcp::endpoint endpoint(asio::ip::make_address(address), 0);
  state_->acceptor.open(endpoint.protocol());
  state_->acceptor.bind(endpoint);
  state_->acceptor.listen();
  state_->threads.emplace_back([state = state_.get()] { state->accept_all(); });
}

HubServer::Listener::~Listener() {
  state_->stopped = true;
  ::shutdown(state_->acceptor.native_handle(), SHUT_RDWR);
  std::vector<std::thread> threads;
  {
    const std::lock_guard lock(state_->mutex);
    for (const int connection : state_->open) ::shutdown(connection, SHUT_RDWR);
    threads.swap(state_->threads);
  }
  for (std::thread& thread : threads) thread.join();
}

int HubServer::Listener::port() const { return state_->acceptor.local_endpoint().port(); }

}  // namespace swivel::hub_test
