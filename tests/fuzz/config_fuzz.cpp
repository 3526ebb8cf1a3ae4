// A terminal's configuration file, as an operator in a hurry or a broken disk may leave it.
#include "base/assert.h"
#include "kiosk/app/config.h"
#include "tests/fuzz/fuzz_target.h"

using namespace yizhan;  // NOLINT(google-build-using-namespace)

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(AsText({data, size}));
  const auto config = app::ParseConfig(text, "kiosk.toml");
  if (!config) {
    YIZHAN_ASSERT(!config.error().detail.empty());
    return 0;
  }
  // Whatever is accepted keeps what the program relies on.
  YIZHAN_ASSERT(config->times.warning < config->times.idle);
  YIZHAN_ASSERT(!config->reader.keys.empty() || config->reader.legacy_uid);
  YIZHAN_ASSERT(!config->identity.terminal.Empty());
  YIZHAN_ASSERT(config->display.diagonal_inches >= 10);
  return 0;
}

std::vector<Bytes> fuzz::Seeds() {
  static constexpr std::string_view kWhole = R"(
[terminal]
id = "K3"
hospital_name = ["市第一人民医院", "First People's Hospital"]
site = "site-main"
utc_offset_minutes = 480
[times]
idle_seconds = 120
[hospital]
url = "https://h.example/fhir"
[reader]
connection = "pn532_uart:/dev/reader"
issuer = "YZ01"
[reader.keys]
1 = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
[display]
diagonal_inches = 21.5
[store]
path = "/var/lib/kiosk.db"
)";
  const ByteView bytes = AsBytes(kWhole);
  return {Bytes(bytes.begin(), bytes.end())};
}
