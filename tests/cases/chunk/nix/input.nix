# The tables and the machine that serves them.
{ lib, stdenv, fetchFromGitHub, python3, makeWrapper
, withPaper ? false
, ...
}@args:

let
  version = "2.1";

  python = python3.withPackages (ps: with ps; [ numpy pytz ] ++ lib.optional withPaper ps.reportlab);

  # Of the survey.
  harbours = {
    NTH = { name = "Northam"; since = 1904; };
    EWK = { name = "Eastwick"; since = 1951; river = true; };
    HLM = { name = "Holm"; since = 2021; };
  };

  old = lib.filterAttrs (code: harbour: harbour.since < 1950) harbours;

  mkTable = code: { name, since, river ? false }: ''
    # Not a comment of this file.
    ${code}: ${name}
      since ${toString since}${lib.optionalString river ", in a river"}
  '';

  inherit (lib) concatStrings mapAttrsToList;
in
stdenv.mkDerivation rec {
  pname = "tides";
  inherit version;

  src = fetchFromGitHub {
    owner = "example";
    repo = pname;
    rev = "v${version}";
    hash = "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
  };

  nativeBuildInputs = [ makeWrapper ];
  buildInputs = [ python ];

  configurePhase = ''
    runHook preConfigure
    cat > harbours.txt <<EOF
    ${concatStrings (mapAttrsToList mkTable harbours)}
    EOF
    runHook postConfigure
  '';

  installPhase = ''
    runHook preInstall
    install -D -m 755 tides.py $out/bin/tides
    for code in ${toString (builtins.attrNames old)}; do
      $out/bin/tides --harbour "$code" --year 2025 > $out/share/tides/''${code}.html
    done
    wrapProgram $out/bin/tides --prefix PATH : ${lib.makeBinPath [ python ]}
    runHook postInstall
  '';

  passthru = {
    tests.year = stdenv.mkDerivation {
      name = "tides-year";
      buildCommand = "tides --year 2025 > $out";
    };
    updateScript = ./update.sh;
  };

  meta = with lib; {
    description = "Tide tables";
    homepage = "https://example.org/tides";
    license = licenses.mit;
    platforms = platforms.linux;
    maintainers = if withPaper then [ maintainers.ada ] else [ ];
  };

  services.nginx.virtualHosts."tides.example.org" = {
    root = "${placeholder "out"}/share/tides";
    locations."/".index = "today.html";
  };
}
