#include "tests/offline-store/faulty_vfs.h"

#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstring>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <random>
#include <vector>

namespace yizhan::offline::test {
namespace {

constexpr std::size_t kSector = 512;

/// One change that was not synced yet.
struct Change {
  bool truncate = false;
  std::size_t offset = 0;
  std::string bytes;
};

struct Image {
  std::string durable;
  std::vector<Change> unsynced;
};

struct World {
  sqlite3_vfs* real = nullptr;
  sqlite3_vfs shim{};
  Fault fault;
  std::int64_t changes = 0;
  std::map<std::string, Image> images;
};

World& TheWorld() {
  static World world;
  return world;
}

void Apply(std::string& image, const Change& change) {
  if (change.truncate) {
    image.resize(change.offset);
    return;
  }
  image.resize(std::max(image.size(), change.offset + change.bytes.size()));
  image.replace(change.offset, change.bytes.size(), change.bytes);
}

/// Of the unsynced changes nothing, or random sectors in any order, reach the disk.
std::string AfterPowerCut(const Image& image, std::mt19937_64& random) {
  std::string left = image.durable;
  if (random() % 3 == 0) return left;
  for (const Change& change : image.unsynced) {
    if (change.truncate) {
      if (random() % 2 == 0) Apply(left, change);
      continue;
    }
    for (std::size_t at = 0; at < change.bytes.size(); at += kSector) {
      if (random() % 2 == 0) {
        Apply(left, {false, change.offset + at, change.bytes.substr(at, kSector)});
      }
    }
  }
  return left;
}

[[noreturn]] void CutPower() {
  std::mt19937_64 random(TheWorld().fault.seed);
  for (const auto& [path, image] : TheWorld().images) {
    const std::string name = path.substr(path.rfind('/'));
    std::ofstream file(TheWorld().fault.crash_directory + name, std::ios::binary);
    file << AfterPowerCut(image, random);
  }
  ::_exit(kPowerCutExit);
}

/// Counts one change; the code to fail it with, or SQLITE_OK.
int Meet(int full_code, int io_code) {
  World& world = TheWorld();
  const std::int64_t now = ++world.changes;
  const Fault& fault = world.fault;
  switch (fault.kind) {
    case Fault::Kind::None: break;
    case Fault::Kind::Kill:
      if (now == fault.at) ::kill(::getpid(), SIGKILL);
      break;
    case Fault::Kind::PowerCut:
      if (now == fault.at) CutPower();
      break;
    case Fault::Kind::Full:
      if (now >= fault.at && now < fault.at + fault.length) return full_code;
      break;
    case Fault::Kind::IoError:
      if (now == fault.at) return io_code;
      break;
  }
  return SQLITE_OK;
}

struct File {
  sqlite3_file base;
  sqlite3_file* real;
  std::string* path;
};

File* Of(sqlite3_file* file) { return reinterpret_cast<File*>(file); }
sqlite3_file* Real(sqlite3_file* file) { return Of(file)->real; }
Image& ImageOf(sqlite3_file* file) { return TheWorld().images[*Of(file)->path]; }

int Close(sqlite3_file* file) {
  const int code = Real(file)->pMethods->xClose(Real(file));
  sqlite3_free(Real(file));
  delete Of(file)->path;
  return code;
}

int Read(sqlite3_file* file, void* into, int count, sqlite3_int64 offset) {
  return Real(file)->pMethods->xRead(Real(file), into, count, offset);
}

int Write(sqlite3_file* file, const void* from, int count, sqlite3_int64 offset) {
  if (const int code = Meet(SQLITE_FULL, SQLITE_IOERR_WRITE); code != SQLITE_OK) return code;
  ImageOf(file).unsynced.push_back(
      {false, static_cast<std::size_t>(offset),
       std::string(static_cast<const char*>(from), static_cast<std::size_t>(count))});
  return Real(file)->pMethods->xWrite(Real(file), from, count, offset);
}

int Truncate(sqlite3_file* file, sqlite3_int64 size) {
  if (const int code = Meet(SQLITE_OK, SQLITE_IOERR_TRUNCATE); code != SQLITE_OK) return code;
  ImageOf(file).unsynced.push_back({true, static_cast<std::size_t>(size), {}});
  return Real(file)->pMethods->xTruncate(Real(file), size);
}

int Sync(sqlite3_file* file, int) {
  if (const int code = Meet(SQLITE_OK, SQLITE_IOERR_FSYNC); code != SQLITE_OK) return code;
  Image& image = ImageOf(file);
  for (const Change& change : image.unsynced) Apply(image.durable, change);
  image.unsynced.clear();
  return SQLITE_OK;
}

int FileSize(sqlite3_file* file, sqlite3_int64* size) {
  return Real(file)->pMethods->xFileSize(Real(file), size);
}
int Lock(sqlite3_file* file, int level) { return Real(file)->pMethods->xLock(Real(file), level); }
int Unlock(sqlite3_file* file, int level) {
  return Real(file)->pMethods->xUnlock(Real(file), level);
}
int CheckReservedLock(sqlite3_file* file, int* result) {
  return Real(file)->pMethods->xCheckReservedLock(Real(file), result);
}
int FileControl(sqlite3_file* file, int operation, void* argument) {
  return Real(file)->pMethods->xFileControl(Real(file), operation, argument);
}
int SectorSize(sqlite3_file*) { return static_cast<int>(kSector); }
/// Promises nothing: a write may tear what was beside it.
int DeviceCharacteristics(sqlite3_file*) { return 0; }

/// Version 1: without shared memory, which the store must not need.
const sqlite3_io_methods kMethods = {1,
                                     Close,
                                     Read,
                                     Write,
                                     Truncate,
                                     Sync,
                                     FileSize,
                                     Lock,
                                     Unlock,
                                     CheckReservedLock,
                                     FileControl,
                                     SectorSize,
                                     DeviceCharacteristics,
                                     nullptr,
                                     nullptr,
                                     nullptr,
                                     nullptr,
                                     nullptr,
                                     nullptr};

std::string Content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

int Open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  World& world = TheWorld();
  File* made = Of(file);
  made->base.pMethods = nullptr;
  made->real = static_cast<sqlite3_file*>(sqlite3_malloc(world.real->szOsFile));
  std::memset(made->real, 0, static_cast<std::size_t>(world.real->szOsFile));
  const int code = world.real->xOpen(world.real, name, made->real, flags, out_flags);
  if (code != SQLITE_OK) {
    sqlite3_free(made->real);
    return code;
  }
  made->path = new std::string(name == nullptr ? "/temporary" : name);
  // What was there before this process counts as safely on disk.
  if (world.images.count(*made->path) == 0) {
    world.images[*made->path].durable = Content(*made->path);
  }
  made->base.pMethods = &kMethods;
  return SQLITE_OK;
}

int Delete(sqlite3_vfs*, const char* name, int sync_directory) {
  World& world = TheWorld();
  if (const int code = Meet(SQLITE_OK, SQLITE_IOERR_DELETE); code != SQLITE_OK) return code;
  world.images.erase(name);
  return world.real->xDelete(world.real, name, sync_directory);
}

}  // namespace

void InstallFaultyVfs() {
  World& world = TheWorld();
  if (world.real != nullptr) return;
  world.real = sqlite3_vfs_find(nullptr);
  world.shim = *world.real;
  world.shim.zName = "faulty";
  world.shim.szOsFile = sizeof(File);
  world.shim.xOpen = Open;
  world.shim.xDelete = Delete;
  sqlite3_vfs_register(&world.shim, 1);
}

void PlanFault(const Fault& fault) {
  TheWorld().fault = fault;
  TheWorld().changes = 0;
  TheWorld().images.clear();
}

std::int64_t CountedChanges() { return TheWorld().changes; }

}  // namespace yizhan::offline::test
