#include "lint/layers.h"

#include <doctest/doctest.h>

namespace plowline {
namespace {

TEST_CASE("a model's prefix tells its layer, and its innermost folder where the prefix does not") {
  const LayerSettings layers = default_layers();
  CHECK(layer_of(layers, "stg_orders", "models/marts/stg_orders.sql") == "staging");
  CHECK(layer_of(layers, "dim_customers", "models/dim_customers.sql") == "marts");
  CHECK(layer_of(layers, "rpt_week", "models/marts/rpt_week.sql") == "other");
  CHECK(layer_of(layers, "orders", "models/marts/core/orders.sql") == "marts");
  CHECK(layer_of(layers, "orders", "models/marts/intermediate/orders.sql") == "intermediate");
  CHECK(layer_of(layers, "orders", R"(models\staging\web\orders.sql)") == "staging");
  CHECK(layer_of(layers, "stg", "models/stg.sql") == "staging");
  CHECK(layer_of(layers, "orders", "models/orders.sql") == "other");
}

TEST_CASE("a folder counts whole, and never the model path itself") {
  const LayerSettings layers = default_layers();
  CHECK(layer_of(layers, "orders", "models/supermarts/orders.sql") == "other");
  CHECK(layer_of(layers, "orders", "models/martsy/orders.sql") == "other");
  CHECK(layer_of(layers, "marts", "models/marts.sql") == "other");
  CHECK(layer_of(layers, "orders", "staging/orders.sql") == "other");
  CHECK(layer_of(layers, "orders", "models/supermarts/marts/orders.sql") == "marts");
}

TEST_CASE("a layer of one's own is one more, and stands in for the default of that name") {
  LayerSettings layers = default_layers();
  set_layer(layers, {"reports", {"rep_"}, {"reports"}});
  set_layer(layers, {"staging", {"s_"}, {}});
  CHECK(layer_of(layers, "rep_week", "models/rep_week.sql") == "reports");
  CHECK(layer_of(layers, "s_orders", "models/s_orders.sql") == "staging");
  CHECK(layer_of(layers, "stg_orders", "models/staging/stg_orders.sql") == "other");
}

}  // namespace
}  // namespace plowline
