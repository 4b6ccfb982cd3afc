# Sourced by ./demo and ./test.

# Builds with a compile server of this build alone, in which the analyzers stay warm from one project to the next, and ends it: nothing of the build outlives it.
build_dotnet() {
  local server="trunkbot-$$" status=0 sdk
  dotnet build "$@" -nodeReuse:false -p:UseRazorBuildServer=false -p:SharedCompilationId="$server" -v q -nologo || status=$?
  sdk=$(dotnet --info | sed -n 's/^ *Base Path: *//p')
  dotnet "$sdk/Roslyn/bincore/VBCSCompiler.dll" -shutdown "-pipename:$server" >/dev/null 2>&1 || true
  return "$status"
}
