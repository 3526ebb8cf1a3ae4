#pragma once

#include "printer/documents/draw_receipt.h"
#include "printer/documents/tube_label.h"

namespace yizhan::printer::test {

inline TubeLabel SampleLabel() {
  TubeLabel label;
  label.barcode = "260000004217";
  label.name = "张小三";
  label.sex = "male";
  label.age = 47;
  label.number = "88010000000001";
  label.department = "心血管内科";
  label.tests = {"肝功", "肾功", "血脂"};
  label.tube = "黄";
  label.volume_ul = 3500;
  label.urgent = true;
  label.place = 2;
  label.count = 5;
  return label;
}

/// As full as a label gets.
inline TubeLabel CrowdedLabel() {
  TubeLabel label = SampleLabel();
  label.name = "买买提·艾力江·阿卜杜热合曼";
  label.age = 103;
  label.department = "中西医结合康复医学科疼痛门诊";
  label.tests = {"糖耐量120'",     "糖化血红蛋白", "同型半胱氨酸",
                 "甲状腺功能五项", "肿瘤标志物",   "自身抗体谱"};
  label.minutes_after_first = 120;
  label.place = 10;
  label.count = 12;
  label.reprints = 2;
  return label;
}

inline DrawReceipt SampleReceipt() {
  DrawReceipt receipt;
  receipt.hospital = {"江城市第一人民医院", "Jiangcheng First People's Hospital"};
  receipt.ticket.operation = domain::OperationId("5e0d9c8e-6a0b-4f0e-9f4f-0d8b6d2f4a11");
  receipt.ticket.number = "X007";
  receipt.ticket.masked_name = "张*三";
  receipt.ticket.place = {"门诊楼 1 层 采血室", "Outpatient Building, floor 1, Draw Room"};
  receipt.ticket.ahead = 4;
  receipt.ticket.wait = domain::WaitEstimate{std::chrono::minutes(8), std::chrono::minutes(12)};
  const WallTime now = *ParseInstant("2026-03-10T08:42:00+08:00");
  const domain::LocalText machine{"自助报告机或检验科窗口", "report kiosk or laboratory window"};
  receipt.tests = {{{"血常规", "Complete blood count"}, now + std::chrono::minutes(45), machine, 0},
                   {{"肝功能", "Liver function"}, now + std::chrono::minutes(178), machine, 8},
                   {{"空腹血糖", "Fasting glucose"}, now + std::chrono::minutes(178), machine, 8}};
  receipt.tubes = {{"260000004217", {"黄", "gold"}, 0},
                   {"260000004225", {"紫", "lavender"}, 0},
                   {"260000004233", {"灰", "grey"}, 120}};
  receipt.serial = "20260310-L1-000127";
  receipt.terminal = "L1";
  receipt.printed_at = now;
  return receipt;
}

}  // namespace yizhan::printer::test
