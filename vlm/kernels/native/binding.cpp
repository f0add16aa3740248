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

// weight (..., rows / 16, bytes) and scales (..., rows / 16, groups, 16)
lector::Matrix matrix(const Tensor& weight, const Tensor& scales, int64_t group, int64_t bits) {
  TORCH_CHECK(weight.scalar_type() == torch::kByte && scales.scalar_type() == torch::kHalf &&
                  weight.is_contiguous() && scales.is_contiguous(),
              "packed weights are contiguous bytes with fp16 scales");
  TORCH_CHECK((bits == 4 || bits == 8) && (group == 32 || group == 64 || group == 128),
              "4 or 8 bits in groups of 32, 64 or 128");
  const int64_t tiles = weight.size(-2), columns = scales.size(-2) * group;
  TORCH_CHECK(tiles % 2 == 0 && scales.size(-3) == tiles && scales.size(-1) == lector::TILE &&
                  weight.size(-1) == columns * lector::TILE * bits / 8,
              "the packed weight does not fit its scales");
  return {static_cast<const uint8_t*>(weight.data_ptr()),
          static_cast<const uint16_t*>(scales.data_ptr()),
          int(tiles) * lector::TILE,
          int(columns),
          int(group),
          int(bits)};
}

// Any float type, any width up to the weight's own: float32, filled up to whole groups.
Tensor whole(const Tensor& x, const lector::Matrix& w) {
  TORCH_CHECK(x.dim() == 2 && x.size(1) <= w.columns, "x is (tokens, columns)");
  const Tensor wide = x.to(torch::kFloat);
  return (x.size(1) == w.columns ? wide : torch::constant_pad_nd(wide, {0, w.columns - x.size(1)})).contiguous();
}

// x (tokens, columns) -> (tokens, rows), in x's type
Tensor linear(const Tensor& x, const Tensor& weight, const Tensor& scales, int64_t rows, int64_t group, int64_t bits,
              const std::string& isa) {
  const auto w = matrix(weight, scales, group, bits);
  const Tensor in = whole(x, w);
  auto out = torch::empty({x.size(0), w.rows}, in.options());
  if (x.size(0) > 0)
    kernels(isa).linear(in.data_ptr<float>(), int(x.size(0)), w, out.data_ptr<float>(), at::get_num_threads());
  return out.narrow(1, 0, rows).to(x.scalar_type());
}

using Stack = std::tuple<Tensor, Tensor, int64_t>;  // weight, scales, group

// x (tokens, columns), weights and indices (tokens, k) -> (tokens, hidden), in x's type
Tensor experts(const Tensor& x, const Tensor& weights, const Tensor& indices, const Stack& gate_up, const Stack& down,
               int64_t hidden, int64_t bits, const std::string& isa) {
  const lector::Experts e = {matrix(std::get<0>(gate_up), std::get<1>(gate_up), std::get<2>(gate_up), bits),
                             matrix(std::get<0>(down), std::get<1>(down), std::get<2>(down), bits),
                             int(std::get<0>(gate_up).size(0))};
  TORCH_CHECK(indices.scalar_type() == torch::kLong && indices.sizes() == weights.sizes() &&
                  indices.size(0) == x.size(0),
              "weights and indices are (tokens, k)");
  TORCH_CHECK(std::get<0>(down).size(0) == e.count && e.gate_up.rows / 2 <= e.down.columns,
              "gate_up and down are of other experts");
  const Tensor in = whole(x, e.gate_up), w = weights.to(torch::kFloat).contiguous(), chosen = indices.contiguous();
  auto out = torch::empty({x.size(0), e.down.rows}, in.options());
  const int64_t* first = chosen.data_ptr<int64_t>();
  for (int64_t i = 0; i < chosen.numel(); i++) TORCH_CHECK(first[i] >= 0 && first[i] < e.count, "no such expert");
  if (x.size(0) > 0)
    kernels(isa).experts(in.data_ptr<float>(), int(x.size(0)), w.data_ptr<float>(), first, int(weights.size(1)), e,
                         out.data_ptr<float>(), at::get_num_threads());
  return out.narrow(1, 0, hidden).to(x.scalar_type());
}

// q (heads, size), k and v (length, kv_heads, size) in bf16 -> (heads, size) in bf16
Tensor attend(const Tensor& q, const Tensor& k, const Tensor& v, const std::string& isa) {
  const auto run = kernels(isa).attend;
  TORCH_CHECK(run != nullptr, isa, " has no bf16");
  TORCH_CHECK(q.scalar_type() == torch::kBFloat16 && k.scalar_type() == torch::kBFloat16 &&
                  v.scalar_type() == torch::kBFloat16 && k.is_contiguous() && v.is_contiguous() &&
                  k.sizes() == v.sizes() && k.size(0) > 0,
              "keys and values are (length, kv_heads, size) in bf16");
  const int64_t heads = q.size(0), size = q.size(1), kv_heads = k.size(1);
  TORCH_CHECK(size == k.size(2) && size % 32 == 0 && heads % kv_heads == 0 && heads / kv_heads <= lector::MOST_SHARING,
              "heads of a multiple of 32 numbers, at most ", lector::MOST_SHARING, " of which share keys");
  const Tensor asks = q.contiguous();
  auto out = torch::empty({heads, size}, q.options().dtype(torch::kFloat));
  const auto words = [](const Tensor& x) { return static_cast<const uint16_t*>(x.data_ptr()); };
  run(words(asks), int(heads), int(kv_heads), int(size), words(k), words(v), k.size(0), out.data_ptr<float>(),
      at::get_num_threads());
  return out.to(torch::kBFloat16);
}

}  // namespace

PYBIND11_MODULE(TORCH_EXTENSION_NAME, m) {
  m.def("instruction_sets", &instruction_sets);
  m.def("linear", &linear, py::call_guard<py::gil_scoped_release>());
  m.def("attend", &attend, py::call_guard<py::gil_scoped_release>());
  m.def("experts", &experts, py::call_guard<py::gil_scoped_release>());
}
