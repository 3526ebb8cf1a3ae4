/// \file
/// What a check-up package contains (体检套餐, domain.md F14): a PlanDefinition, whose form is at
/// fhir::systems::kPackageVisit.
#pragma once

#include <string>
#include <vector>

#include "backend/hospital/directory.h"
#include "backend/store/resource_store.h"
#include "domain/local_text.h"

namespace yizhan::hospital {

/// One line of a package that is ordered; what is done at the centre itself is none.
struct PackageOrder {
  domain::LocalText title;
  std::string code;        ///< Of the catalogue of tests or of examinations.
  std::string service_id;  ///< Whose rooms carry it out; "": the laboratory.
};

struct PackagePlan {
  std::string url;  ///< Canonical; may be empty.
  std::vector<PackageOrder> orders;
};

/// True when the service is a package: somebody said what it contains.
[[nodiscard]] bool IsPackage(const DirectorySnapshot& directory, const std::string& service_id);

/// The plan of a package. BadData: it cannot be carried out as it stands (the detail says why):
/// several plans for one package, an unknown code or an examination without rooms, a code twice,
/// no title, groups of actions or conditions on them (which nobody here could judge), more than 30
/// actions. Never a part of it: a test that is silently missing would be worse than none.
[[nodiscard]] Result<PackagePlan> ReadPackagePlan(store::ReadView& view,
                                                  const DirectorySnapshot& directory,
                                                  const std::string& service_id);

}  // namespace yizhan::hospital
