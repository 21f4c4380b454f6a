# SPDX-License-Identifier: Apache-2.0
# cmake -DPROGRAM=<conformance_log> -DSOURCE=<verify.go> -DWORK=<folder> -P run.cmake
find_program(GO go)
if(NOT GO)
  message(FATAL_ERROR "go is not installed: apt-get install golang-go golang-golang-x-mod-dev")
endif()

function(step what)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "${what} failed (${result})\n${output}")
  endif()
  message(STATUS "${what}: ${output}")
endfunction()

file(REMOVE_RECURSE ${WORK}/logs)
file(MAKE_DIRECTORY ${WORK}/logs)
step("export" ${PROGRAM} write ${WORK}/logs)
step("go build" ${CMAKE_COMMAND} -E env --unset=GOFLAGS GO111MODULE=off GOPATH=/usr/share/gocode GOCACHE=${WORK}/gocache
  ${GO} build -o ${WORK}/verify ${SOURCE})
step("go verifies" ${WORK}/verify ${WORK}/logs)
step("we verify go's proofs" ${PROGRAM} check ${WORK}/logs)
file(REMOVE_RECURSE ${WORK}/logs)
