"""First names as one hears them in such a city, and the languages that come with them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Culture:
    """People who grew up with the same languages; ``share`` is how many of a hundred newcomers."""

    share: float
    languages: tuple[str, ...]
    women: tuple[str, ...]
    men: tuple[str, ...]


def _culture(share: float, languages: str, women: str, men: str) -> Culture:
    return Culture(share, tuple(languages.split()), tuple(women.split()), tuple(men.split()))


NEWCOMERS = (
    _culture(
        24,
        "hi",
        "Priya Ananya Divya Kavita Meera Neha Pooja Riya Shreya Sneha Swati Aditi Deepika Ishita Nandini",
        "Arjun Rahul Vikram Amit Rohan Sanjay Karthik Aditya Nikhil Varun Anil Rajesh Siddharth Manish",
    ),
    _culture(3, "ta", "Lakshmi Revathi Anitha Kavya Gayathri", "Karthikeyan Suresh Prakash Senthil Murali"),
    _culture(
        9,
        "en",
        "Emily Ashley Megan Hannah Brooke Lauren Rachel Heather",
        "Tyler Jason Brandon Kyle Ethan Justin Matthew Ryan",
    ),
    _culture(2, "en", "Charlotte Imogen Fiona Isla", "Callum Angus Oliver Harry"),
    _culture(8, "zh", "Li Mei Xiaoyan Jing Yating Fang Hui Lin", "Wei Jun Hao Lei Ming Tao Yang Bo"),
    _culture(
        8,
        "tr",
        "Elif Zeynep Ayşe Merve Büşra Esra Selin Derya Gül",
        "Mehmet Mustafa Emre Burak Can Kerem Serkan Onur",
    ),
    _culture(4, "ru", "Olga Natalia Ekaterina Svetlana Anna Irina", "Dmitri Alexei Ivan Sergei Pavel"),
    _culture(
        6,
        "pt",
        "Beatriz Camila Fernanda Juliana Larissa Luana Patrícia Renata",
        "Thiago Rafael Gustavo Felipe Bruno Lucas Rodrigo",
    ),
    _culture(4, "en af", "Anneke Chantelle Lindiwe Thandi Nomsa", "Johan Pieter Sipho Themba Riaan"),
    _culture(6, "uk", "Oksana Yulia Iryna Daryna Solomiya Halyna", "Andriy Taras Oleh Bohdan Mykola"),
    _culture(3, "fa", "Shirin Parisa Nasrin Leila Mahsa", "Reza Amir Farhad Babak Kaveh"),
    _culture(
        6, "es", "Lucía Carmen Valentina Sofía Ximena Paula Daniela", "Diego Javier Alejandro Mateo Carlos Santiago"
    ),
    _culture(5, "ar", "Amira Nour Rania Hala Yasmin Salma", "Omar Khaled Youssef Karim Tarek Samir"),
    _culture(3, "pl", "Agnieszka Katarzyna Małgorzata Zofia", "Piotr Tomasz Krzysztof Jakub"),
    _culture(2, "id", "Dewi Putri Sari Ayu", "Budi Agus Rizky Adi"),
    _culture(2, "fr", "Camille Élodie Manon Aurélie", "Julien Antoine Baptiste Étienne"),
    _culture(2, "de", "Katharina Annika Friederike Johanna", "Lukas Maximilian Jonas Tobias"),
    _culture(2, "it", "Chiara Giulia Francesca Martina", "Lorenzo Matteo Alessandro Marco"),
    _culture(2, "el", "Eleni Katerina Despina Ioanna", "Giorgos Nikos Dimitris Kostas"),
    _culture(2, "ro", "Andreea Ioana Mihaela Raluca", "Andrei Mihai Bogdan Radu"),
    _culture(2, "ja", "Yuki Sakura Haruka Emi", "Kenji Takumi Hiroshi Daichi"),
    _culture(2, "ko", "Jiwoo Minji Soyeon Hana", "Minjun Jihoon Seojun Dohyun"),
    _culture(2, "am", "Selam Hiwot Bethlehem Mekdes", "Dawit Yonas Bereket Abel"),
    _culture(2, "en yo", "Folake Adaeze Ngozi Temitope", "Chinedu Tunde Emeka Babatunde"),
    _culture(2, "vi", "Linh Thảo Hương Mai", "Minh Tuấn Dũng Quang"),
)

LOCALS = (
    _culture(
        80,
        "nl",
        "Els Marieke Sanne Anouk Femke Lieke Ingrid Petra Monique Wilma Truus Karin Esther Marloes Hanneke Lotte "
        "Ans Riet Janneke Margriet Nienke Roos Tineke Mieke Corrie",
        "Joost Pieter Bas Sjoerd Willem Henk Kees Maarten Jeroen Thijs Bram Ruud Frank Gerard Hans Wim Luuk Daan "
        "Stijn Theo Frans Jan Sjaak Ton Peer",
    ),
    _culture(6, "nl tr", "Fatma Hatice Nurcan", "Hasan Ahmet Ismail"),
    _culture(6, "nl ar", "Fatima Samira Naima", "Rachid Hamid Mohamed"),
    _culture(3, "nl id", "Ratna Wati", "Robbie Max"),
    _culture(3, "nl pap", "Sharon Gianna", "Quincy Rignald"),
    _culture(2, "nl pl", "Ewa Danuta", "Marek Zbigniew"),
)
