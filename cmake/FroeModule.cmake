# What every module of froe is built with, so that a module's own CMakeLists.txt says only what it uses.
find_package(Threads REQUIRED)

set(FROE_SANITIZE "" CACHE STRING "Sanitizers to build with, as -fsanitize= takes them")

# A compiler cache makes a second build directory cheap; the build does not need it.
find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  set(CMAKE_C_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE_PROGRAM})
endif()

if(FROE_SANITIZE)
  add_compile_options(-fsanitize=${FROE_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${FROE_SANITIZE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL Clang)
    # Clang 14 cannot emit the check of function types for a coroutine.
    add_compile_options(-fno-sanitize=function)
  endif()
else()
  # Grammars run foreign C on foreign input: keep the compiler's guards in every build that users run.
  add_compile_options(-fstack-protector-strong)
  add_compile_definitions($<$<CONFIG:Release>:_FORTIFY_SOURCE=2>)
endif()

add_library(froe_warnings INTERFACE)
# GCC 12 sees overlapping copies in joined strings that are not there (its bug 105329).
target_compile_options(froe_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor
                                               $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict> -Werror)
if(FROE_SANITIZE)
  # What the sanitizers add hides from GCC that std::regex sets what it copies.
  target_compile_options(froe_warnings INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
endif()

# froe_module(NAME USES <modules below> LINKS <libraries only this module may touch> EXPOSES <those in its header too>)
# Builds every source of the calling folder as the library froe_<name>.
function(froe_module name)
  cmake_parse_arguments(arg "" "" "USES;LINKS;EXPOSES" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  list(TRANSFORM arg_USES PREPEND froe_)
  if(sources)
    add_library(froe_${name} STATIC ${sources})
    target_include_directories(froe_${name} PUBLIC ${PROJECT_SOURCE_DIR}/include
                                            PRIVATE ${PROJECT_SOURCE_DIR}/src)
    target_link_libraries(froe_${name} PUBLIC ${arg_USES} ${arg_EXPOSES} PRIVATE ${arg_LINKS} froe_warnings)
  else()
    add_library(froe_${name} INTERFACE)
    target_include_directories(froe_${name} INTERFACE ${PROJECT_SOURCE_DIR}/include)
    target_link_libraries(froe_${name} INTERFACE ${arg_USES} ${arg_LINKS})
  endif()
endfunction()

# froe_test(NAME USES <modules> LINKS <libraries>): every *_test.cpp of the calling folder as one GoogleTest
# program, its cases known to ctest by name and labelled with the module.
function(froe_test name)
  cmake_parse_arguments(arg "" "" "USES;LINKS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  list(TRANSFORM arg_USES PREPEND froe_)
  add_executable(${name}_test ${sources})
  target_include_directories(${name}_test PRIVATE ${PROJECT_SOURCE_DIR}/src ${PROJECT_SOURCE_DIR}/tests)
  target_link_libraries(${name}_test PRIVATE ${arg_USES} ${arg_LINKS} GTest::gtest_main froe_warnings)
  target_compile_definitions(${name}_test PRIVATE FROE_PROGRAM="$<TARGET_FILE:froe>"
                                                  FROE_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  gtest_discover_tests(${name}_test DISCOVERY_MODE PRE_TEST PROPERTIES LABELS ${name})
endfunction()
