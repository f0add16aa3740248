// The only file that knows torch: tensors in, pointers on.
#include <torch/extension.h>

#include <string>

#include "kernels.h"

namespace {

using torch::Tensor;

bool has_avx512() {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
         __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vnni") &&
         __builtin_cpu_supports("avx512bf16");
}

bool has_avx2() {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c");
}

std::vector<std::string> instruction_sets() {
  std::vector<std::string> found;
  if (has_avx512()) found.push_back("avx512");
  if (has_avx2()) found.push_back("avx2");
  return found;
}

const lector::Kernels& kernels(const std::string& isa) {
  TORCH_CHECK(isa == "avx512" ? has_avx512() : isa == "avx2" && has_avx2(), "this processor lacks ", isa);
  return isa == "avx512" ? lector::avx512 : lector::avx2;
}

// What may be read where it lies. `what` names it to whoever gave another.
const Tensor& readable(const Tensor& x, torch::ScalarType type, int64_t dims, const char* what) {
  TORCH_CHECK(x.is_cpu() && x.scalar_type() == type && x.dim() == dims && x.is_contiguous(), what,
              " lie in one piece in the processor's memory, as ", type, " of ", dims, " dimensions");
  return x;
}

// Activations (tokens, width), of any float type.
const Tensor& activations(const Tensor& x) {
  TORCH_CHECK(x.is_cpu() && x.dim() == 2 && x.is_floating_point(), "x is (tokens, columns), in a float type");
  return x;
}

// Norms, routers' biases (one dimension), routers and angles (two).
const float* floats(const Tensor& x, int64_t dims) {
  return readable(x, torch::kFloat, dims, "norms, routers and angles").data_ptr<float>();
}

// One weight: weight (rows / 16, bytes) and scales (rows / 16, groups, 16). A stack of them has one dimension more.
lector::Matrix matrix(const Tensor& weight, const Tensor& scales, int64_t group, int64_t bits, bool is_stack = false) {
  readable(weight, torch::kByte, 2 + is_stack, "packed weights");
  readable(scales, torch::kHalf, 3 + is_stack, "scales of packed weights");
  TORCH_CHECK((bits == 4 || bits == 8) && (group == 32 || group == 64 || group == 128),
              "4 or 8 bits in groups of 32, 64 or 128");
  const int64_t tiles = weight.size(-2), columns = scales.size(-2) * group;
  TORCH_CHECK(tiles > 0 && tiles % 2 == 0 && columns > 0 && scales.size(-3) == tiles &&
                  scales.size(-1) == lector::TILE && weight.size(-1) == columns * lector::TILE * bits / 8 &&
                  scales.size(0) == weight.size(0),
              "the packed weight does not fit its scales");
  TORCH_CHECK(tiles <= INT32_MAX / lector::TILE && columns <= INT32_MAX, "a weight of too many rows or columns");
  return {static_cast<const uint8_t*>(weight.data_ptr()),
          static_cast<const uint16_t*>(scales.data_ptr()),
          int(tiles) * lector::TILE,
          int(columns),
          int(group),
          int(bits)};
}

using Stack = std::tuple<Tensor, Tensor, int64_t>;  // weight, scales, group

lector::Matrix matrix(const Stack& s, int64_t bits, bool is_stack = false) {
  return matrix(std::get<0>(s), std::get<1>(s), std::get<2>(s), bits, is_stack);
}

lector::Experts stack(const Stack& gate_up, const Stack& down, int64_t bits) {
  const int64_t count = std::get<0>(gate_up).size(0);
  const lector::Experts e = {matrix(gate_up, bits, true), matrix(down, bits, true), int(count)};
  TORCH_CHECK(count > 0 && std::get<0>(down).size(0) == count && e.gate_up.rows / 2 <= e.down.columns,
              "gate_up and down are of other experts");
  return e;
}

// Any float type, any width up to the weight's own: float32, filled up to whole groups.
Tensor whole(const Tensor& x, const lector::Matrix& w) {
  TORCH_CHECK(activations(x).size(1) <= w.columns, "x is (tokens, columns)");
  const Tensor wide = x.to(torch::kFloat);
  return (x.size(1) == w.columns ? wide : torch::constant_pad_nd(wide, {0, w.columns - x.size(1)})).contiguous();
}

lector::Tokens tokens_of(const Tensor& x) {
  return {x.data_ptr(), x.scalar_type() == torch::kBFloat16, int(x.size(1))};
}

// x (tokens, columns) -> (tokens, rows), in x's type; `bias` (rows,) is added, and quick GELU applied, if asked for
Tensor linear(const Tensor& x, const Tensor& weight, const Tensor& scales, int64_t rows, int64_t group, int64_t bits,
              const std::optional<Tensor>& bias, bool is_quick_gelu, const std::string& isa) {
  const auto w = matrix(weight, scales, group, bits);
  TORCH_CHECK(activations(x).size(1) <= w.columns && rows >= 0 && rows <= w.rows, "x is (tokens, columns)");
  const float* added = bias ? readable(*bias, torch::kFloat, 1, "biases").data_ptr<float>() : nullptr;
  TORCH_CHECK(!bias || bias->numel() == rows, "a bias is a number for each row");
  const Tensor in = (x.scalar_type() == torch::kBFloat16 ? x : x.to(torch::kFloat)).contiguous();
  auto out = torch::empty({x.size(0), rows}, in.options());
  if (x.size(0) > 0)
    kernels(isa).linear(tokens_of(in), int(x.size(0)), w, {added, is_quick_gelu}, tokens_of(out),
                        at::get_num_threads());
  return out.to(x.scalar_type());
}

// x (tokens, columns), weights and indices (tokens, k) -> (tokens, hidden), in x's type
Tensor experts(const Tensor& x, const Tensor& weights, const Tensor& indices, const Stack& gate_up, const Stack& down,
               int64_t hidden, int64_t bits, const std::string& isa) {
  const lector::Experts e = stack(gate_up, down, bits);
  const Tensor in = whole(x, e.gate_up), w = activations(weights).to(torch::kFloat).contiguous();
  const Tensor chosen = indices.contiguous();
  const int64_t* first = readable(chosen, torch::kLong, 2, "indices of experts").data_ptr<int64_t>();
  TORCH_CHECK(indices.sizes() == weights.sizes() && indices.size(0) == x.size(0),
              "weights and indices are (tokens, k)");
  TORCH_CHECK(hidden >= 0 && hidden <= e.down.rows, "experts make no more numbers than they have rows");
  for (int64_t i = 0; i < chosen.numel(); i++) TORCH_CHECK(first[i] >= 0 && first[i] < e.count, "no such expert");
  auto out = torch::empty({x.size(0), e.down.rows}, in.options());
  if (x.size(0) > 0)
    kernels(isa).experts(in.data_ptr<float>(), int(x.size(0)), w.data_ptr<float>(), first, int(weights.size(1)), e,
                         out.data_ptr<float>(), at::get_num_threads());
  return out.narrow(1, 0, hidden).to(x.scalar_type());
}

// keys, values (blocks, block, kv_heads, size) in bf16 or int8; of int8 scales (blocks, block, kv_heads); the table of
// blocks; tokens in them
using Held = std::tuple<Tensor, Tensor, std::optional<Tensor>, std::optional<Tensor>, Tensor, int64_t>;

// `more`: tokens that there has to be room for behind those that are held.
lector::Paged paged(const Held& held, int64_t kv_heads, int64_t size, int64_t more) {
  const auto& [keys, values, key_scales, value_scales, table, length] = held;
  const bool is_int8 = keys.scalar_type() == torch::kChar;
  const auto type = is_int8 ? torch::kChar : torch::kBFloat16;
  for (const Tensor& x : {keys, values}) readable(x, type, 4, "keys and values");
  TORCH_CHECK(keys.sizes() == values.sizes() && keys.size(2) == kv_heads && keys.size(3) == size,
              "keys and values are (blocks, block, kv_heads, size) in bf16 or int8");
  const auto scales = [&](const std::optional<Tensor>& x) -> float* {
    if (!is_int8) return nullptr;
    TORCH_CHECK(x && x->sizes() == keys.sizes().slice(0, 3), "int8 has scales (blocks, block, kv_heads)");
    return readable(*x, torch::kFloat, 3, "scales of keys and values").data_ptr<float>();
  };
  const int64_t* first = readable(table, torch::kLong, 1, "tables of blocks").data_ptr<int64_t>();
  TORCH_CHECK(length >= 0 && length <= INT64_MAX - more && length + more <= table.numel() * keys.size(1),
              "the table's blocks have room for ", table.numel() * keys.size(1), " tokens, not for ", length + more);
  for (int64_t i = 0; i < table.numel(); i++) TORCH_CHECK(first[i] >= 0 && first[i] < keys.size(0), "no such block");
  return {keys.data_ptr(), values.data_ptr(), scales(key_scales), scales(value_scales), first, length, int(keys.size(1))};
}

void check_heads(int64_t heads, int64_t kv_heads, int64_t size) {
  TORCH_CHECK(size > 0 && size % 32 == 0 && size <= lector::MOST_SIZE && kv_heads > 0 && heads > 0 &&
                  heads % kv_heads == 0 && heads / kv_heads <= lector::MOST_SHARING,
              "heads of a multiple of 32 numbers, at most ", lector::MOST_SHARING, " of which share keys");
}

// q (heads, size) in bf16 -> (heads, size) in fp32
Tensor attend(const Tensor& q, const Held& held, const std::string& isa) {
  const auto run = kernels(isa).attend;
  const Tensor asks = q.contiguous();
  readable(asks, torch::kBFloat16, 2, "queries");
  const int64_t heads = q.size(0), size = q.size(1), kv_heads = std::get<0>(held).size(2);
  check_heads(heads, kv_heads, size);
  const auto p = paged(held, kv_heads, size, 0);
  TORCH_CHECK(p.length > 0, "nothing to attend to");
  auto out = torch::empty({heads, size}, q.options().dtype(torch::kFloat));
  run(static_cast<const uint16_t*>(asks.data_ptr()), int(heads), int(kv_heads), int(size), p, out.data_ptr<float>(),
      at::get_num_threads());
  return out;
}

// Rows of x (tokens, heads, size), which may be a part of wider rows.
lector::Rows rows(const Tensor& x) {
  TORCH_CHECK(x.is_cpu() && x.scalar_type() == torch::kBFloat16 && x.dim() == 3 && x.stride(2) == 1 &&
                  x.stride(1) == x.size(2),
              "a row is its heads side by side, in bf16");
  return {static_cast<const uint16_t*>(x.data_ptr()), x.stride(0)};
}

using Angles = std::optional<std::tuple<Tensor, Tensor>>;  // cos and sin (tokens, size / 2)

void check_angles(const Tensor& cos, const Tensor& sin, int64_t tokens, int64_t size) {
  TORCH_CHECK(cos.dim() == 2 && cos.size(0) == tokens && cos.size(1) == size / 2 && cos.sizes() == sin.sizes(),
              "angles are (tokens, size / 2)");
}

// q (queries, heads, size), k and v (length, kv_heads, size) -> (queries, heads, size); not causal if there are angles
Tensor attend_many(const Tensor& q, const Tensor& k, const Tensor& v, const Angles& angles, const std::string& isa) {
  const auto run = kernels(isa).attend_many;
  TORCH_CHECK(run != nullptr, isa, " has no bf16");
  const int64_t queries = q.size(0), heads = q.size(1), size = q.size(2), length = k.size(0), kv_heads = k.size(1);
  TORCH_CHECK(k.sizes() == v.sizes() && k.size(2) == size && size > 0 && size % 16 == 0 &&
                  size <= lector::MOST_SIZE && kv_heads > 0 && heads % kv_heads == 0 && length > 0 && queries <= length,
              "heads of a multiple of 16 numbers, and no more queries than keys");
  TORCH_CHECK(length == 1 || k.stride(0) <= INT32_MAX / lector::PAIR, "keys lie too far apart");
  lector::Many m = {rows(q), rows(k), rows(v), queries, length, int(heads), int(kv_heads), int(size), !angles, nullptr,
                    nullptr};
  if (angles) {
    const auto& [cos, sin] = *angles;
    TORCH_CHECK(queries == length, "patches of a frame all ask");
    check_angles(cos, sin, length, size);
    m.cos = floats(cos, 2);
    m.sin = floats(sin, 2);
  }
  auto out = torch::empty({queries, heads, size}, q.options());
  run(m, static_cast<uint16_t*>(out.data_ptr()), at::get_num_threads());
  return out;
}

using NormOf = std::tuple<Tensor, double>;  // weight, eps

lector::Norm norm_of(const NormOf& norm, int64_t hidden) {
  const auto& [weight, eps] = norm;
  TORCH_CHECK(weight.numel() == hidden, "a norm has a number for each column");
  return {floats(weight, 1), float(eps)};
}

// x (tokens, hidden) -> x + attention, in x's type; each token goes behind what is held. Rows of k and v in `qkv`.
Tensor attention_block(const Tensor& x, const NormOf& norm, const Stack& qkv, const Stack& o, int64_t heads,
                       int64_t k_row, int64_t v_row, const Tensor& cos, const Tensor& sin,
                       const std::vector<Held>& held, int64_t bits, const std::string& isa) {
  const auto run = kernels(isa).attention_block;
  TORCH_CHECK(!held.empty() && activations(x).size(0) == int64_t(held.size()), "a cache for each token");
  Tensor stream = x.to(torch::kFloat, false, true).contiguous();
  const auto& first = std::get<0>(held[0]);
  TORCH_CHECK(first.dim() == 4, "keys and values are (blocks, block, kv_heads, size)");
  const int64_t kv_heads = first.size(2), size = first.size(3), hidden = x.size(1);
  check_heads(heads, kv_heads, size);
  std::vector<lector::Paged> places;
  for (const auto& each : held) places.push_back(paged(each, kv_heads, size, 1));
  check_angles(cos, sin, x.size(0), size);
  const lector::AttentionBlock b = {norm_of(norm, hidden), matrix(qkv, bits), matrix(o, bits), int(hidden),
                                    int(heads), int(kv_heads), int(size), int(k_row), int(v_row)};
  TORCH_CHECK(b.qkv.columns >= hidden && b.o.rows >= hidden && b.o.columns >= heads * size &&
                  v_row + kv_heads * size <= b.qkv.rows && k_row + kv_heads * size <= v_row && heads * size <= k_row,
              "qkv and o do not fit the heads");
  run(stream.data_ptr<float>(), int(x.size(0)), b, floats(cos, 2), floats(sin, 2), places.data(),
      at::get_num_threads());
  return stream.to(x.scalar_type());
}

using RouterOf = std::tuple<Tensor, Tensor, int64_t, double>;  // weight, bias, k, least sum

// x (tokens, hidden) -> x + MLP, in x's type: the shared expert, and routed ones if there is a router.
Tensor mlp_block(const Tensor& x, const NormOf& norm, const Stack& shared_gate_up, const Stack& shared_down,
                 const std::optional<std::tuple<RouterOf, Stack, Stack>>& sparse, int64_t bits,
                 const std::string& isa) {
  const auto run = kernels(isa).mlp_block;
  const int64_t hidden = activations(x).size(1);
  Tensor stream = x.to(torch::kFloat, false, true).contiguous();
  lector::MlpBlock b = {norm_of(norm, hidden), stack(shared_gate_up, shared_down, bits), {},
                        {nullptr, nullptr, 0, 0, 0.f}, int(hidden)};
  TORCH_CHECK(b.shared.count == 1 && hidden <= b.shared.gate_up.columns && hidden <= b.shared.down.rows,
              "one shared expert, as wide as x");
  if (sparse) {
    const auto& [router, gate_up, down] = *sparse;
    const auto& [weight, bias, k, least] = router;
    b.routed = stack(gate_up, down, bits);
    b.router = {floats(weight, 2), floats(bias, 1), b.routed.count, int(k), float(least)};
    TORCH_CHECK(weight.size(0) == b.routed.count && weight.size(1) == hidden && bias.size(0) == b.routed.count &&
                    k >= 1 && k <= b.routed.count && b.routed.gate_up.columns == b.shared.gate_up.columns &&
                    b.routed.down.rows == b.shared.down.rows,
                "router, routed and shared experts do not fit one another");
  }
  run(stream.data_ptr<float>(), int(x.size(0)), b, at::get_num_threads());
  return stream.to(x.scalar_type());
}

}  // namespace

PYBIND11_MODULE(TORCH_EXTENSION_NAME, m) {
  m.attr("TILE") = lector::TILE;
  m.attr("MOST_SHARING") = lector::MOST_SHARING;
  m.attr("MOST_SIZE") = lector::MOST_SIZE;
  m.def("instruction_sets", &instruction_sets);
  m.def("linear", &linear, py::call_guard<py::gil_scoped_release>());
  m.def("attend", &attend, py::call_guard<py::gil_scoped_release>());
  m.def("attend_many", &attend_many, py::call_guard<py::gil_scoped_release>());
  m.def("attention_block", &attention_block, py::call_guard<py::gil_scoped_release>());
  m.def("mlp_block", &mlp_block, py::call_guard<py::gil_scoped_release>());
  m.def("experts", &experts, py::call_guard<py::gil_scoped_release>());
}
