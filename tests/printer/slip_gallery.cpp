/// \file
/// Writes every kind of slip as PDF into a folder, to be looked at:
///   slip_gallery DIR && pdftoppm -r 203 -png DIR/slip-zh.pdf DIR/slip-zh

#include <cstdio>
#include <fstream>
#include <string>

#include "tests/printer/booking_samples.h"
#include "tests/printer/care_samples.h"
#include "tests/printer/label_samples.h"
#include "tests/printer/slip_samples.h"

namespace yizhan::printer {
namespace {

using domain::Language;

bool Write(const std::string& path, const Result<Document>& document) {
  if (!document) {
    std::fprintf(stderr, "%s: %s\n", path.c_str(), document.error().detail.c_str());
    return false;
  }
  std::ofstream(path, std::ios::binary) << document->pdf;
  return true;
}

bool Write(const std::string& path, const TicketSlip& slip, Language language) {
  return Write(path, RenderTicketSlip(slip, language));
}

bool WriteLaboratory(const std::string& folder) {
  return Write(folder + "/label.pdf", RenderTubeLabel(test::SampleLabel())) &&
         Write(folder + "/label-crowded.pdf", RenderTubeLabel(test::CrowdedLabel())) &&
         Write(folder + "/draw-zh.pdf", RenderDrawReceipt(test::SampleReceipt(), Language::ZhCn)) &&
         Write(folder + "/draw-en.pdf", RenderDrawReceipt(test::SampleReceipt(), Language::En));
}

bool WriteBookings(const std::string& folder) {
  const BookingSlip slip = test::SampleBooking();
  return Write(folder + "/booking-zh.pdf", RenderBookingSlip(slip, Language::ZhCn)) &&
         Write(folder + "/booking-en.pdf", RenderBookingSlip(slip, Language::En)) &&
         Write(folder + "/invitation-zh.pdf", RenderInvitationSlip(slip, Language::ZhCn)) &&
         Write(folder + "/invitation-en.pdf", RenderInvitationSlip(slip, Language::En));
}

bool WriteCare(const std::string& folder) {
  TicketSlip package = test::SampleSlip();
  package.ticket.service = {"基础体检套餐", "Basic check-up"};
  package.ticket.doctor.clear();
  package.ticket.ahead.reset();
  package.check_up = true;
  bool done = Write(folder + "/package-zh.pdf", RenderTicketSlip(package, Language::ZhCn)) &&
              Write(folder + "/package-en.pdf", RenderTicketSlip(package, Language::En));
  for (const auto& [name, language] : {std::pair("zh", Language::ZhCn), {"en", Language::En}}) {
    const std::string end = std::string("-") + name + ".pdf";
    done = done &&
           Write(folder + "/guide" + end, RenderGuideSheet(test::SampleGuide(), language)) &&
           Write(folder + "/check-up" + end, RenderGuideSheet(test::SampleCheckUp(), language)) &&
           Write(folder + "/exams" + end, RenderCareSlip(test::SampleExams(), language)) &&
           Write(folder + "/pharmacy" + end, RenderCareSlip(test::SamplePharmacy(), language));
  }
  return done;
}

int Run(const std::string& folder) {
  TicketSlip rare = test::SampleSlip();
  rare.ticket.masked_name = "\xF0\xA0\x85\xA4*\xF3\xB0\x80\x80";
  rare.ticket.doctor.clear();
  rare.ticket.ahead = 0;
  TicketSlip crowded = test::SampleSlip();
  crowded.hospital.zh = "某某省某某自治州某某县中医医院(某某医科大学附属第三医院)";
  crowded.ticket.service.zh = "中西医结合康复医学科疼痛门诊(特需)";
  crowded.ticket.place.zh = "第二门诊医技综合楼 12 层 D 区(西侧电梯出口左转)";
  crowded.ticket.masked_name = "买***江";
  const bool done = Write(folder + "/slip-zh.pdf", test::SampleSlip(), Language::ZhCn) &&
                    Write(folder + "/slip-en.pdf", test::SampleSlip(), Language::En) &&
                    Write(folder + "/offline-zh.pdf", test::OfflineSlip(), Language::ZhCn) &&
                    Write(folder + "/offline-en.pdf", test::OfflineSlip(), Language::En) &&
                    Write(folder + "/rare-zh.pdf", rare, Language::ZhCn) &&
                    Write(folder + "/crowded-zh.pdf", crowded, Language::ZhCn) &&
                    WriteLaboratory(folder) && WriteBookings(folder) && WriteCare(folder);
  return done ? 0 : 1;
}

}  // namespace
}  // namespace yizhan::printer

int main(int count, char** arguments) {
  return count == 2 ? yizhan::printer::Run(arguments[1]) : 2;
}
