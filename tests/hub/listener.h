// Accepts HTTP/1.1 connections on one loopback address and answers each request by a function.
// One thread a connection; everything stops with the object.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "hub_server.h"

namespace swivel::hub_test {

class HubServer::Listener {
 public:
  // `answer` runs in many threads.
  Listener(const std::string& address, std::function<Reply(const Request&)> answer);
  ~Listener();
  int port() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace swivel::hub_test
