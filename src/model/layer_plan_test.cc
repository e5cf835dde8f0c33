#include "model/layer_plan.h"

#include <fmt/ranges.h>
#include <gtest/gtest.h>

namespace swivel {
namespace {

std::string planned(std::string_view plan_text, const Fields& fields, int64_t layers) {
  auto plan_json = json::parse(plan_text, "plan");
  EXPECT_TRUE(plan_json) << plan_json.error().message;
  std::vector<PlanStep> plan;
  for (const json::Value& item : plan_json->as_array()) {
    auto step = parse_step(item);
    if (!step) return step.error().message;
    plan.push_back(*step);
  }
  auto kinds = plan_layers(plan, fields, layers);
  return kinds ? fmt::format("{}", fmt::join(*kinds, " ")) : kinds.error().message;
}

TEST(LayerPlan, OneKindForAll) { EXPECT_EQ(planned(R"([{"all": "a"}])", {}, 3), "a a a"); }

TEST(LayerPlan, TheLastOfEachPeriodIsAnother) {
  const char* plan = R"([{"period": "$n", "last": "full", "others": "w"}])";
  EXPECT_EQ(planned(plan, {{"n", 3}}, 7), "w w full w w full w");
  EXPECT_EQ(planned(plan, {{"n", 1}}, 2), "full full");
  EXPECT_EQ(planned(plan, {{"n", 0}}, 2), "$n must be a whole number above 0 in a plan");
}

TEST(LayerPlan, AThresholdDividesLowFromHigh) {
  const char* plan = R"([{"threshold": 2, "below": "a", "from": "b"}])";
  EXPECT_EQ(planned(plan, {}, 4), "a a b b");
  EXPECT_EQ(planned(plan, {}, 1), "a");
}

TEST(LayerPlan, AListNamesEveryLayer) {
  const char* plan = R"([{"list": "$t", "kinds": {"x": "a", "1": "b"}}, {"all": "c"}])";
  EXPECT_EQ(planned(plan, {{"t", json::Array{"x", 1, "x"}}}, 3), "a b a");
  EXPECT_EQ(planned(plan, {{"t", json::Value()}}, 2), "c c");
  EXPECT_EQ(planned(plan, {{"t", json::Array{"x"}}}, 2), "$t speaks of 1 layers; the model has 2");
  EXPECT_EQ(planned(plan, {{"t", json::Array{"y"}}}, 1),
            "$t says y for a layer, which the family does not know");
}

TEST(LayerPlan, APatternHasOneLetterALayer) {
  const char* plan = R"([{"pattern": "$p", "kinds": {"M": "mamba", "*": "attention"}}])";
  EXPECT_EQ(planned(plan, {{"p", "M*M"}}, 3), "mamba attention mamba");
  EXPECT_EQ(planned(plan, {{"p", "MM"}}, 3), "$p speaks of 2 layers; the model has 3");
}

TEST(LayerPlan, AStepAppliesOnlyWhereItsFlagIsTrue) {
  const char* plan = R"([{"when": "$f", "all": "a"}, {"all": "b"}])";
  EXPECT_EQ(planned(plan, {{"f", true}}, 1), "a");
  EXPECT_EQ(planned(plan, {{"f", false}}, 1), "b");
  EXPECT_EQ(planned(R"([{"when": "$f", "all": "a"}])", {{"f", false}}, 1),
            "no step of the layer plan applies");
}

TEST(LayerPlan, StepsHaveOneFormAndNoStrayKeys) {
  EXPECT_EQ(planned(R"([{"all": "a", "period": 2}])", {}, 1),
            "a step of a plan has one form, not all and period");
  EXPECT_EQ(planned(R"([{"all": "a", "last": "b"}])", {}, 1),
            "a step \"all\" of a plan has no key last");
  EXPECT_EQ(planned(R"([{"list": "$t"}])", {}, 1),
            "a step of a plan needs kinds = { WORD = \"KIND\", ... }");
  EXPECT_EQ(planned(R"([3])", {}, 1), "a step of a plan is a table");
}

}  // namespace
}  // namespace swivel
