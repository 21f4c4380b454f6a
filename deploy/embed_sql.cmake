# SPDX-License-Identifier: Apache-2.0
# Turns IN (a .sql file) into OUT, a header with the text as sealkeep::sql::NAME.
file(READ ${IN} text)
file(WRITE ${OUT} "// Made from ${NAME}.sql\n#pragma once\nnamespace sealkeep::sql {\ninline constexpr const char* ${NAME} = R\"sql(${text})sql\";\n}\n")
