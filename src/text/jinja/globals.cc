#include "text/jinja/globals.h"

#include <algorithm>

#include "text/jinja/arguments.h"
#include "text/jinja/attributes.h"
#include "text/jinja/clock.h"
#include "text/jinja/compare.h"
#include "text/jinja/interpreter.h"
#include "text/jinja/iterate.h"
#include "text/jinja/text.h"

namespace swivel::jinja {

namespace {

constexpr int64_t kMaxRange = 100'000;

Result<Value> range(Interpreter&, Arguments& arguments) {
  Bound bound = TRY(Bound::match("range", arguments, {"", "", ""}, 1));
  for (size_t i = 0; i < 3; ++i) {
    if (bound.has(i) && bound[i].is(Kind::undefined)) {
      return fail(ErrorCode::bad_input, "{}", bound[i].undefined_message());
    }
  }
  auto result = std::make_shared<Range>();
  result->start = bound.has(1) ? TRY(bound.integer_or(0, 0)) : 0;
  result->stop = TRY(bound.integer_or(bound.has(1) ? 1 : 0, 0));
  result->step = TRY(bound.integer_or(2, 1));
  if (result->step == 0) return fail(ErrorCode::bad_input, "range() arg 3 must not be zero");
  __int128 distance = static_cast<__int128>(result->stop) - result->start;
  __int128 step = result->step;
  if (step < 0) {
    distance = -distance;
    step = -step;
  }
  __int128 length = distance <= 0 ? 0 : (distance - 1) / step + 1;
  if (length > kMaxRange) {
    return fail(ErrorCode::bad_input, "Range too big. The sandbox blocks ranges larger than {}",
                kMaxRange);
  }
  result->length = static_cast<int64_t>(length);
  return Value(Kind::range, std::move(result));
}

// What dict(…) and namespace(…) collect: a mapping or pairs, then keywords.
Result<Dict> entries(Interpreter& in, std::string_view function, Arguments& arguments) {
  if (arguments.positional.size() > 1) {
    return fail(ErrorCode::bad_input, "{} expected at most 1 argument, got {}", function,
                arguments.positional.size());
  }
  Dict dict;
  if (!arguments.positional.empty()) {
    const Value& given = arguments.positional[0];
    if (given.is(Kind::dict)) {
      dict = given.dict();
    } else {
      for (const Value& item : TRY(collect(in, given))) {
        std::vector<Value> pair = TRY(collect(in, item));
        if (pair.size() != 2) {
          return fail(ErrorCode::bad_input, "{}: an element has length {}; 2 is required", function,
                      pair.size());
        }
        uint64_t key_hash = TRY(hash(pair[0]));
        dict.set(pair[0], key_hash, pair[1]);
      }
    }
  }
  for (auto& [name, value] : arguments.named) {
    dict.set(Value::string(name), hash_text(name), std::move(value));
  }
  return dict;
}

Result<Value> dict(Interpreter& in, Arguments& arguments) {
  return make_dict(std::make_shared<Dict>(TRY(entries(in, "dict", arguments))));
}

Result<Value> name_space(Interpreter& in, Arguments& arguments) {
  TRY(in.spend(kKeptSteps));
  Dict given = TRY(entries(in, "namespace", arguments));
  auto space = std::make_shared<Space>();
  in.keep(space);
  for (auto& [name, value] : given.items) {
    if (!name.is(Kind::string)) {
      TRY(deepen(*space, value));
      space->attributes.set(name, TRY(hash(name)), value);
      continue;
    }
    TRY(set_attribute(*space, name.text(), value));
  }
  return Value(Kind::space, std::move(space));
}

Result<Value> raise_exception(Interpreter& in, Arguments& arguments) {
  Bound bound = TRY(Bound::match("raise_exception", arguments, {"message"}, 1));
  std::string text = TRY(to_text(in, bound[0]));
  std::replace(text.begin(), text.end(), '\n', ' ');
  return in.raised(std::move(text));
}

Result<Value> strftime_now(Interpreter& in, Arguments& arguments) {
  Bound bound = TRY(Bound::match("strftime_now", arguments, {"format"}, 1));
  return Value::string(
      TRY(format_time(TRY(bound.string(0)), in.options().now, in.options().utc_offset)));
}

Result<Value> lipsum(Interpreter&, Arguments&) {
  return fail(ErrorCode::bad_input, "lipsum() is not supported in a chat template");
}

class Cycler final : public Extra {
 public:
  explicit Cycler(std::vector<Value> items) : items_(std::move(items)) {}
  std::string_view type() const override { return "Cycler"; }
  std::optional<Value> attribute(Interpreter&, std::string_view name, Status&) override {
    if (name == "current") return items_[at_];
    if (name == "items") return Value(Kind::tuple, items_tuple());
    if (name == "pos") return Value::integer(static_cast<int64_t>(at_));
    auto* self = this;
    std::shared_ptr<Cycler> kept = kept_.lock();
    if (name == "next") {
      return Value::function("next", [self, kept](Interpreter&, Arguments&) -> Result<Value> {
        Value value = self->items_[self->at_];
        self->at_ = (self->at_ + 1) % self->items_.size();
        return value;
      });
    }
    if (name == "reset") {
      return Value::function("reset", [self, kept](Interpreter&, Arguments&) -> Result<Value> {
        self->at_ = 0;
        return Value::none();
      });
    }
    return std::nullopt;
  }
  std::weak_ptr<Cycler> kept_;

 private:
  std::shared_ptr<Object> items_tuple() const {
    auto tuple = std::make_shared<Sequence>();
    tuple->items = items_;
    tuple->depth = depth;
    return tuple;
  }
  std::vector<Value> items_;
  size_t at_ = 0;
};

Result<Value> cycler(Interpreter& in, Arguments& arguments) {
  if (arguments.positional.empty() || !arguments.named.empty()) {
    return fail(ErrorCode::bad_input, "at least one item has to be provided");
  }
  TRY(in.spend(kKeptSteps));
  auto cycle = std::make_shared<Cycler>(arguments.positional);
  for (const Value& item : arguments.positional) TRY(deepen(*cycle, item));
  cycle->kept_ = cycle;
  in.keep(cycle);
  return Value(Kind::other, std::move(cycle));
}

Result<Value> joiner(Interpreter&, Arguments& arguments) {
  Bound bound = TRY(Bound::match("joiner", arguments, {"sep"}));
  auto used = std::make_shared<bool>(false);
  Value separator = bound.value_or(0, Value::string(", "));
  return Value::function("joiner", [used, separator](Interpreter&, Arguments&) -> Result<Value> {
    if (std::exchange(*used, true)) return separator;
    return Value::string("");
  });
}

struct Entry {
  std::string_view name;
  Result<Value> (*function)(Interpreter&, Arguments&);
};

constexpr Entry kGlobals[] = {
    {"range", range},
    {"dict", dict},
    {"namespace", name_space},
    {"raise_exception", raise_exception},
    {"strftime_now", strftime_now},
    {"cycler", cycler},
    {"joiner", joiner},
    {"lipsum", lipsum},
};

}  // namespace

bool is_global(std::string_view name) {
  return std::any_of(std::begin(kGlobals), std::end(kGlobals),
                     [name](const Entry& entry) { return entry.name == name; });
}

Value find_global(std::string_view name) {
  for (const Entry& entry : kGlobals) {
    if (entry.name == name) return Value::function(std::string(name), entry.function);
  }
  return Value();
}

}  // namespace swivel::jinja
