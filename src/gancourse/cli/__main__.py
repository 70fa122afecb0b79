from gancourse.cli.main import main

main()
