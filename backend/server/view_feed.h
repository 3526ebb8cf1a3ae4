#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "backend/hospital/hospital.h"
#include "backend/server/http.h"
#include "base/mutex.h"

namespace yizhan::server {

using ViewFunction = std::function<fhir::Json()>;

/// The feeds of staff pages: pages that show the same room or area share one, so a view is made
/// once for all of them, and only when the board has changed. Thread-safe. What it is given
/// outlives the feeds.
class ViewFeeds {
 public:
  ViewFeeds(const hospital::Hospital& hospital, const Clock& clock)
      : hospital_(hospital), clock_(clock) {}

  /// The feed of `name` (path and query of the view); `view` is used when there is none yet.
  [[nodiscard]] std::shared_ptr<EventFeed> Of(const std::string& name, ViewFunction view);

 private:
  const hospital::Hospital& hospital_;
  const Clock& clock_;
  Mutex mutex_;
  std::map<std::string, std::weak_ptr<EventFeed>> feeds_ GUARDED_BY(mutex_);
};

}  // namespace yizhan::server
