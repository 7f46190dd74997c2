print("gainsay")
